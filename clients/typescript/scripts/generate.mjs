// Writes src/generated/ from openapi.yaml: the types by openapi-typescript, and a table of the operations, which types cannot carry.
// With a folder as argument it writes there, for the test that compares.
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { parseYaml } from "@redocly/openapi-core";
import openapiTypescript, { astToString } from "openapi-typescript";

const source = fileURLToPath(new URL("../../../openapi.yaml", import.meta.url));
const folder = process.argv[2] ?? fileURLToPath(new URL("../src/generated", import.meta.url));
const HEAD = "// Generated from openapi.yaml by `npm run generate`. Do not edit.\n\n";
const METHODS = ["get", "post", "put", "patch", "delete"];
// The files of Swagger UI are for browsers.
const NO_CALLS = ["get_swagger"];

const text = await readFile(source, "utf8");
const document = parseYaml(text);
const { paths } = document;
const rows = Object.entries(paths).flatMap(([path, item]) =>
  METHODS.filter((method) => item[method] && !NO_CALLS.includes(item[method].operationId)).map((method) => {
    const operation = item[method];
    const keyed = (operation.parameters ?? []).some((one) => one.$ref === "#/components/parameters/IdempotencyKey");
    const open = operation.security?.length === 0;
    const marks = [keyed && "keyed: true", open && "open: true"].filter(Boolean).map((mark) => `, ${mark}`);
    return `  ${operation.operationId}: { method: "${method.toUpperCase()}", path: ${JSON.stringify(path)}${marks.join("")} },`;
  }),
);

const types = astToString(await openapiTypescript(withoutExamples(document), { emptyObjectsUnknown: true }));
await mkdir(folder, { recursive: true });
await writeFile(`${folder}/openapi.ts`, HEAD + types);
await writeFile(
  `${folder}/operations.ts`,
  `${HEAD}/** How each operation is called. \`keyed\`: it takes an \`Idempotency-Key\`. \`open\`: it needs no session. */\nexport const OPERATIONS = {\n${rows.join("\n")}\n} as const;\n`,
);

/** Examples are for people who read the document; without them no better example makes these files old. */
function withoutExamples(node) {
  if (Array.isArray(node)) return node.map(withoutExamples);
  if (node === null || typeof node !== "object") return node;
  return Object.fromEntries(
    Object.entries(node)
      .filter(([key]) => key !== "example" && key !== "examples")
      .map(([key, value]) => [key, withoutExamples(value)]),
  );
}
