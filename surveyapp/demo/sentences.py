"""What invented leavers write, by the code of the code book that a careful coder gives it; English and Welsh."""

from collections.abc import Mapping, Sequence

Sentences = Mapping[str, Sequence[str]]

ENGLISH: Sentences = {
    "workload": (
        "There were never enough of us.",
        "I took work home most nights and it still was not done.",
        "The number of cases grew every month and nobody took anything away.",
        "I was good at the job but there was too much of it.",
        "My case load doubled in a year.",
        "Two posts in my team stayed empty and I did the work of both.",
        "Give people a case load that can be done in a week.",
    ),
    "pay": (
        "I can earn more down the road for the same work.",
        "Pay had not kept up with the cost of living here.",
        "The pay rise did not cover my rent.",
        "My new job pays a fifth more, with the same pension.",
        "Pay people what the market pays them.",
    ),
    "management": (
        "My one-to-ones were cancelled week after week.",
        "I was told what went wrong and never what went right.",
        "My manager, {name}, did not have the time to manage.",
        "I had four line managers in two years.",
        "Managers need training before they are given a team.",
    ),
    "promotion": (
        "There was no next step unless somebody retired.",
        "Posts were filled before the rest of us knew about them.",
        "I asked three times what I needed for promotion and got three answers.",
        "The only way to progress was to move to headquarters.",
    ),
    "travel": (
        "Two hours each way to court, and the trains were not reliable.",
        "My commute became longer when the office moved.",
        "The drive to the new building took all the joy out of it.",
    ),
    "flexibility": (
        "Fixed days did not work with school hours.",
        "I asked to work from home two days a week and nobody would look at it.",
        "Part-time was possible on paper only.",
    ),
    "leadership": (
        "Changes were announced, not explained.",
        "Senior leaders never came to see how we work.",
        "Another restructure, and nobody at the top could say why.",
    ),
    "wellbeing": (
        "The material is hard to read every day and there was nobody to talk to about it.",
        "I stopped sleeping well and the stress followed me home.",
        "After the last trial I was burnt out.",
    ),
    "culture": (
        "When something went wrong the first question was who to blame.",
        "I did not feel trusted to do my job.",
        "Nobody listened to the people who do the work.",
    ),
    "work_interest": (
        "It became box ticking, and it wasted my skills.",
        "The work was repetitive and not what I trained for.",
    ),
    "team": (
        "There were cliques in the team and I was not in one.",
        "I felt isolated from my colleagues.",
    ),
    "bullying_harassment": (
        "I was shouted at in front of everybody, more than once.",
        "The bullying was known and nothing was done.",
    ),
    "discrimination": ("I was treated worse than the men in the team.",),
    "health": ("My illness made the long days impossible.",),
    "caring": (
        "I need to look after my mother.",
        "Childcare costs more than I earn on the extra days.",
    ),
    "career_change": (
        "I am going to university to retrain.",
        "It is time for a change of career.",
    ),
    "other": ("It was simply time to go.",),
    "systems": (
        "The case system crashed every morning and the laptop was too slow for video.",
        "Please mend the computers before you buy new ones.",
    ),
    "communication": ("We were never told what was going on until the last minute.",),
    "induction": ("My induction was a list of links. Nobody showed me the job.",),
    "leaving_process": ("Nobody asked why I was leaving until this form.",),
    "nothing": ("No comment.", "See above."),
}

WELSH: Sentences = {
    "workload": (
        "Doedd byth ddigon ohonom ni.",
        "Roeddwn i'n mynd â gwaith adref bron bob nos.",
        "Roedd gormod o achosion ac roedd y llwyth gwaith yn tyfu bob mis.",
    ),
    "pay": ("Gallaf ennill mwy i lawr y ffordd am yr un gwaith.", "Doedd y cyflog ddim yn talu'r rhent."),
    "management": ("Cafodd fy nghyfarfodydd un-i-un eu canslo dro ar ôl tro.",),
    "promotion": ("Doedd dim cam nesaf oni bai bod rhywun yn ymddeol.",),
    "travel": ("Roedd y daith i'r llys yn ddwy awr bob ffordd.", "Roedd y trên yn hwyr bob dydd."),
    "flexibility": ("Doedd y diwrnodau penodol ddim yn gweithio gydag oriau ysgol.",),
    "leadership": ("Cafodd newidiadau eu cyhoeddi heb eu hegluro.",),
    "wellbeing": ("Mae'r deunydd yn anodd ei ddarllen bob dydd.",),
    "culture": ("Doedd neb yn gwrando ar y bobl sy'n gwneud y gwaith.",),
}

PRAISE: Mapping[str, Sequence[str]] = {
    "en": (
        "The people were brilliant and I will miss them.",
        "I was proud of what we did for victims.",
        "My team was supportive from the first day, {name} above all.",
        "Great training in my first year.",
        "I loved being in court.",
        "The work mattered.",
    ),
    "cy": ("Roedd fy nghydweithwyr yn gefnogol ac yn gyfeillgar.", "Roeddwn i'n falch o'r gwaith."),
}

BEFORE = ("", "", "", "To be honest: ", "One thing. ", "I will keep it short. ")
AFTER = (
    "",
    "",
    "",
    " I hope it gets better for those who stay.",
    " That is all.",
    " You can ask me at {email}.",
    " I would have stayed otherwise.",
)
