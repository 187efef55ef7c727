// Writes dist/talkify.js: the whole client as one ES module. With a folder as argument it writes there, for the test that compares.
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const root = fileURLToPath(new URL("..", import.meta.url));
await build({
  absWorkingDir: root,
  entryPoints: ["src/index.ts"],
  outfile: `${process.argv[2] ?? "dist"}/talkify.js`,
  bundle: true,
  format: "esm",
  target: "es2022",
  charset: "utf8",
  legalComments: "none",
  minifyWhitespace: false,
  minifySyntax: true,
  banner: { js: "// Built from clients/typescript/src by `npm run build`. Do not edit." },
});
