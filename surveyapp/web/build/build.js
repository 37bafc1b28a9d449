// Builds every file in ../static/vendor from the pinned packages and the sources beside this file.
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import * as esbuild from "esbuild";
import * as sass from "sass";

const here = dirname(fileURLToPath(import.meta.url));
const modules = process.env.LOOK_MODULES ?? join(here, "node_modules");
const out = process.env.LOOK_OUT ?? join(here, "..", "static", "vendor");
mkdirSync(out, { recursive: true });
const written = {};

function write(name, text) {
  writeFileSync(join(out, name), text);
  written[name] = createHash("sha256").update(text).digest("hex");
}

for (const sheet of ["leaver", "staff"]) {
  const { css } = sass.compile(join(here, `${sheet}.scss`), {
    style: "compressed",
    charset: false,
    loadPaths: [here, join(modules, "govuk-frontend/dist/govuk"), join(modules, "@ministryofjustice/frontend"), modules],
    quietDeps: true,
  });
  write(`${sheet}.css`, css + "\n");
}

for (const script of ["leaver", "staff"]) {
  const { outputFiles } = await esbuild.build({
    entryPoints: [join(here, `${script}.js`)],
    bundle: true,
    minify: true,
    write: false,
    charset: "utf8",
    legalComments: "none",
    target: "es2020",
    format: "iife",
    nodePaths: [modules],
  });
  write(`${script}.js`, outputFiles[0].text);
}

const plotly = join(modules, "plotly.js-cartesian-dist-min");
write("plotly-cartesian.min.js", readFileSync(join(plotly, "plotly-cartesian.min.js"), "utf8"));
const notices = readFileSync(join(here, "NOTICES.txt"), "utf8");
write("NOTICES.txt", `${notices}\n${readFileSync(join(plotly, "LICENSE"), "utf8")}`);

const sources = {};
for (const name of readdirSync(here).sort()) {
  if (/\.(scss|js|json|txt)$/.test(name)) {
    sources[name] = createHash("sha256").update(readFileSync(join(here, name))).digest("hex");
  }
}
writeFileSync(join(out, "manifest.json"), JSON.stringify({ sources, written }, null, 1) + "\n");
