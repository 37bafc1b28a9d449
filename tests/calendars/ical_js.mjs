// Reads a calendar from standard input with ical.js, a parser that shares no code with ours, and prints what it understood.
import { readFileSync } from "node:fs";
import ICAL from "ical.js";
const root = new ICAL.Component(ICAL.parse(readFileSync(0, "utf8")));
const read = (component) => {
  const event = new ICAL.Event(component);
  const value = (name) => String(component.getFirstPropertyValue(name) ?? "");
  return {
    uid: event.uid, sequence: event.sequence, summary: event.summary, location: event.location,
    description: event.description, organizer: event.organizer, status: value("status"),
    starts: event.startDate.toJSDate().toISOString(), ends: event.endDate.toJSDate().toISOString(),
    attendee: value("attendee"),
  };
};
console.log(JSON.stringify({
  method: String(root.getFirstPropertyValue("method")), events: root.getAllSubcomponents("vevent").map(read),
}));
