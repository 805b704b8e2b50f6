// SPDX-License-Identifier: Apache-2.0
//
// Command line of the pinned yosys (WebAssembly, with the slang front end).
//
// usage: node yosys.mjs <directory> <yosys argument>...
// The files of the directory are the working directory of yosys; what it writes appears there.

import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Exit, runYosys } from "@yowasp/yosys";

const [directory, ...args] = process.argv.slice(2);
const tree = {};
for (const entry of readdirSync(directory, { withFileTypes: true })) {
  if (entry.isFile()) tree[entry.name] = readFileSync(join(directory, entry.name));
}
const names = new Set(Object.keys(tree));
const write = (stream) => (bytes) => { if (bytes !== null) stream.write(bytes); };

function save(result) {
  for (const [name, content] of Object.entries(result ?? {})) {
    const written = typeof content === "string" || content instanceof Uint8Array;
    if (written && !(names.has(name) && name.match(/\.s?vh?$/))) {
      writeFileSync(join(directory, name), content);
    }
  }
}

const options = {
  stdout: write(process.stdout),
  stderr: write(process.stderr),
  fetchProgress: () => {},
};
try {
  save(await runYosys(args, tree, options));
} catch (error) {
  if (!(error instanceof Exit)) throw error;
  save(error.files);
  process.exitCode = error.code || 1;
}
