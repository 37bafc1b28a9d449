// Draws the charts of a page: the JSON stands in each figure, nothing is fetched and nothing is sent.
"use strict";

(() => {
  const locales = {
    "en-GB": {
      days: ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"],
      shortDays: ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"],
      months: ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
        "November", "December"],
      shortMonths: ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"],
    },
    cy: {
      days: ["Dydd Sul", "Dydd Llun", "Dydd Mawrth", "Dydd Mercher", "Dydd Iau", "Dydd Gwener", "Dydd Sadwrn"],
      shortDays: ["Sul", "Llun", "Maw", "Mer", "Iau", "Gwe", "Sad"],
      months: ["Ionawr", "Chwefror", "Mawrth", "Ebrill", "Mai", "Mehefin", "Gorffennaf", "Awst", "Medi", "Hydref",
        "Tachwedd", "Rhagfyr"],
      shortMonths: ["Ion", "Chwe", "Maw", "Ebr", "Mai", "Meh", "Gor", "Awst", "Medi", "Hyd", "Tach", "Rhag"],
    },
  };
  const numbers = { date: "%d/%m/%Y", decimal: ".", thousands: "," };
  for (const [name, words] of Object.entries(locales)) {
    Plotly.register({ moduleType: "locale", name, dictionary: {}, format: { ...words, ...numbers } });
  }

  const font = getComputedStyle(document.querySelector("h1")).fontFamily;
  const config = {
    // No button and no address by which a chart's data could leave this site.
    showSendToCloud: false,
    showEditInChartStudio: false,
    plotlyServerURL: "",
    displayModeBar: false,
    displaylogo: false,
    responsive: true,
    scrollZoom: false,
    doubleClick: false,
    locale: document.documentElement.lang === "cy" ? "cy" : "en-GB",
  };

  // On a phone: short lines of row labels, no tick on its side, the words of an edge inside the picture.
  const NARROW = 480;
  const LETTER = 8;
  const ROW_LABELS = [15, 18, 22];
  const MOST_LINES = 3;

  function broken(text, most) {
    const lines = [""];
    for (const word of text.replaceAll("<br>", " ").split(" ")) {
      const last = lines.length - 1;
      if (lines[last] && lines[last].length + word.length >= most) lines.push(word);
      else lines[last] += (lines[last] ? " " : "") + word;
    }
    return lines;
  }

  function withFewerTicks(axis, width, keepLast) {
    if (!axis.ticktext?.length) return axis;
    const room = Math.max(...axis.ticktext.map((text) => text.length)) * LETTER + 16;
    const every = Math.ceil(axis.ticktext.length / Math.max(1, Math.floor(width / room)));
    const isKept = (_, i) => (keepLast ? axis.ticktext.length - 1 - i : i) % every === 0;
    return {
      ...axis,
      tickvals: axis.tickvals.filter(isKept),
      ticktext: axis.ticktext.filter(isKept),
      tickangle: 0,
    };
  }

  function narrowed(layout, width) {
    const margin = { ...layout.margin };
    const notes = layout.annotations ?? []; // Plotly leaves out what is empty
    let { xaxis, yaxis, height } = layout;
    if (!xaxis?.range || !yaxis?.range) return layout;
    const heading = xaxis.title?.text ?? "";
    const isRows = yaxis.range[0] > yaxis.range[1] && yaxis.ticktext?.length > 0;
    if (isRows) {
      const tries = ROW_LABELS.map((letters) => yaxis.ticktext.map((text) => broken(text, letters)));
      const labels = tries.find((one) => one.every((lines) => lines.length <= MOST_LINES)) ?? tries.at(-1);
      const longest = Math.max(...labels.flat().map((line) => line.length));
      const most = Math.max(...labels.map((lines) => lines.length));
      yaxis = { ...yaxis, ticktext: labels.map((lines) => lines.join("<br>")) };
      margin.l = Math.min(margin.l, Math.ceil(longest * LETTER) + 18);
      height = Math.max(height, 130 + labels.length * (14 + 18 * most));
    } else {
      margin.r = 40;
    }
    const plot = width - margin.l - margin.r;
    // What stands left of a value near zero needs room of its own beside the row labels.
    if (isRows && notes.some((note) => note.xanchor === "right")) {
      const [low, high] = xaxis.range;
      const room = 5 * LETTER + 14;
      xaxis = { ...xaxis, range: [low - ((high - low) * room) / (plot - room), high] };
    }
    xaxis = withFewerTicks(xaxis, plot, !isRows && !heading);
    const title = broken(heading, Math.floor((2 * (margin.r + plot / 2)) / LETTER));
    xaxis.title = { ...xaxis.title, text: title.join("<br>") };
    margin.b += 16 * (title.length - 1);
    const keys = notes.filter((note) => isRows && note.yanchor === "bottom" && note.y === -0.5);
    const annotations = notes.map((note) => {
      if (keys.length === 2 && keys.includes(note)) {
        const isLeft = note.xanchor === "right";
        const x = isLeft ? -(margin.l - 4) / plot : 1 + (margin.r - 4) / plot;
        return { ...note, xref: "paper", x, xanchor: isLeft ? "left" : "right" };
      }
      const isAtEdge = !isRows && note.xanchor === "left" && (note.xref === "paper" || note.x >= xaxis.range[1] * 0.7);
      const side = note.xref === "paper" ? "bottom" : "top";
      return isAtEdge ? { ...note, xanchor: "right", xshift: 0, yanchor: side, bgcolor: "rgba(255,255,255,.8)" } : note;
    });
    return { ...layout, margin, xaxis, yaxis, annotations, height: height + 16 * (title.length - 1) };
  }

  function draw(box) {
    const chart = JSON.parse(box.dataset.chart);
    const whole = {
      dragmode: false,
      autosize: true,
      paper_bgcolor: "#ffffff",
      plot_bgcolor: "#ffffff",
      margin: { l: 60, r: 20, t: 10, b: 50 },
      showlegend: false,
      ...chart.layout,
      font: { size: 14, color: "#0b0c0c", ...(chart.layout || {}).font, family: font },
    };
    // The template is a thousand lines of colours that the figures do not use.
    delete whole.template;
    const layout = box.clientWidth < NARROW ? narrowed(whole, box.clientWidth) : whole;
    Plotly.newPlot(box, chart.data, layout, config);
  }

  const boxes = [...document.querySelectorAll("[data-chart]")];
  boxes.forEach(draw);
  // On paper the charts take the width of an A4 column, not of the window.
  addEventListener("beforeprint", () => boxes.forEach((box) => Plotly.relayout(box, { autosize: false, width: 660 })));
  addEventListener("afterprint", () => boxes.forEach((box) => Plotly.relayout(box, { autosize: true, width: null })));
  for (const button of document.querySelectorAll("button[data-save-chart]")) {
    button.hidden = false;
    button.addEventListener("click", () => {
      const box = document.getElementById(button.dataset.saveChart);
      Plotly.downloadImage(box, {
        format: button.dataset.format,
        filename: button.dataset.filename || "chart",
        width: box.clientWidth,
        height: box.clientHeight,
        scale: button.dataset.format === "png" ? 2 : 1,
      });
    });
  }
})();
