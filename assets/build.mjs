// Builds static/dist from assets/ and the locked packages: `npm ci --ignore-scripts && npm run build`.
// The result is committed, so that the portal runs and is tested without Node; the same sources give the same bytes.
import { cp, mkdir, readFile, rm, writeFile } from "node:fs/promises";

import { build } from "esbuild";
import { compile } from "sass";

const PACKAGES = "node_modules";
const TARGET = "static/dist";

/** Compiles the Sass parts of Bootstrap; its sources use older Sass than the compiler likes, which is not ours to mend. */
const sass = {
  name: "sass",
  setup({ onLoad }) {
    onLoad({ filter: /\.scss$/ }, ({ path }) => ({
      contents: compile(path, { loadPaths: [PACKAGES], quietDeps: true, silenceDeprecations: ["import"] }).css,
      loader: "css",
    }));
  },
};

/** One SVG file with a <symbol> for every name in assets/icons.txt. */
async function buildSprite() {
  const names = (await readFile("assets/icons.txt", "utf8")).split("\n").filter(Boolean);
  const symbols = await Promise.all(
    names.map(async (name) => {
      const svg = await readFile(`${PACKAGES}/lucide-static/icons/${name}.svg`, "utf8");
      const shapes = svg.match(/<svg[^>]*>(.*)<\/svg>/s)[1].replace(/\s*\n\s*/g, "");
      return `<symbol id="${name}" viewBox="0 0 24 24">${shapes}</symbol>`;
    }),
  );
  const attributes =
    'fill="none" stroke="currentColor" stroke-width="2" stroke-linecap="round" stroke-linejoin="round"';
  const group = symbols.map((symbol) => symbol.replace("<symbol", `<symbol ${attributes}`)).join("\n");
  await writeFile(`${TARGET}/icons.svg`, `<svg xmlns="http://www.w3.org/2000/svg">\n${group}\n</svg>\n`);
}

/** The licences that must accompany what is shipped, each under the name and version it came from. */
async function copyLicences() {
  const shipped = ["bootstrap", "htmx.org", "lucide-static", "@fontsource-variable/source-sans-3"];
  await mkdir(`${TARGET}/LICENSES`, { recursive: true });
  for (const name of shipped) {
    await cp(`${PACKAGES}/${name}/LICENSE`, `${TARGET}/LICENSES/${name.split("/").at(-1)}.txt`);
  }
}

await rm(TARGET, { recursive: true, force: true });
await build({
  entryPoints: ["assets/css/app.css", "assets/js/app.js"],
  outdir: TARGET,
  entryNames: "[name]",
  assetNames: "fonts/[name]",
  loader: { ".woff2": "file" },
  plugins: [sass],
  bundle: true,
  minify: true,
  format: "iife",
  target: ["chrome120", "firefox121", "safari17.2"],
  legalComments: "none",
  logLevel: "warning",
});
await buildSprite();
await copyLicences();
