// Unpacks the browser of the package beside it into the folder that is named, with the libraries and fonts that it needs and that
// this machine may not have.
import { chmod, mkdir, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

const [folder, modules] = process.argv.slice(2);
await mkdir(folder, { recursive: true });
// The package unpacks into the folder for temporary files.
process.env.TMPDIR = folder;
const entry = createRequire(join(modules, "/")).resolve("@sparticuz/chromium");
const { default: chromium, inflate } = await import(pathToFileURL(entry));
const packed = join(entry, "../../bin");
await chmod(await chromium.executablePath(packed), 0o755);
await inflate(join(packed, "al2023.tar.br"));
await writeFile(
  join(folder, "fonts/fonts.conf"),
  `<?xml version="1.0"?>
<fontconfig>
  <dir>${join(folder, "fonts/fonts")}</dir>
  <dir>/usr/share/fonts</dir>
  <cachedir>${join(folder, "fonts/cache")}</cachedir>
</fontconfig>
`,
);
// It has served.
await rm(packed, { recursive: true });
