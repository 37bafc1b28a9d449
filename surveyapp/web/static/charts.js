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

  function draw(box) {
    const chart = JSON.parse(box.dataset.chart);
    const layout = {
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
    delete layout.template;
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
