/**
 * Loads the bundled command line, with the code that V8 compiled the last time.
 *
 * Parsing a megabyte of JavaScript takes longer than the broker takes to start. Node keeps compiled code by itself
 * (module.enableCompileCache) only from version 22.8 on and only for what its own loader loads, so the bundle is plain
 * scripts, each with a file beside it:
 *
 *     dist/bundle/main.cjs      dist/bundle/main.cjs.<V8 version>-<architecture>.cache
 *
 *     SHA-1 of the script, as it is compiled, and of what follows (20 bytes) | V8's data
 *
 * V8 itself checks version, flags and the script's length, and says so when it does not take the data, but it believes
 * what it takes: the checksum is for torn and damaged files, and for scripts that changed. When there is no good data, it is written when the process
 * ends; the build writes it after a real start. Whoever can write there could change the scripts as well.
 * Never fails because of the cache.
 */
import { createHash } from 'node:crypto';
import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import vm from 'node:vm';

const BUNDLE = fileURLToPath(new URL('../dist/bundle/main.cjs', import.meta.url));

/** The parameters of a CommonJS module, and the one way to an ES module from inside of a script. */
const HEAD = '(function (exports, require, module, __filename, loadEs) {';
const TAIL = '\n})';

const CHECKSUM_BYTES = 20;

/** @typedef {{ path: string, text: string, script: vm.Script, isCached: boolean }} LoadedScript */

/** Paths to what is loaded; a script may be wanted by several others. */
const modules = new Map();
/** @type {LoadedScript[]} */
const loaded = [];

/** The bundle's exports. */
export function loadBundle() {
  process.once('exit', () => {
    for (const entry of loaded) if (!entry.isCached) keepCompiled(entry);
  });
  return load(BUNDLE);
}

/** Writes the compiled code of everything loaded so far, functions included that were compiled since. */
export function keepAllCompiled() {
  for (const entry of loaded) keepCompiled(entry);
}

function load(path) {
  const known = modules.get(path);
  if (known !== undefined) return known.exports;
  const module = { exports: {} };
  modules.set(path, module);

  const requireOutside = createRequire(path);
  const require = (name) =>
    name.startsWith('./') ? load(join(dirname(path), name)) : requireOutside(name);
  const wrapper = compile(path).runInThisContext();
  wrapper(module.exports, require, module, path, (name) => import(name));
  return module.exports;
}

function compile(path) {
  // One string, which V8 keeps anyway: a megabyte and a half is a part of what an idle broker takes.
  const text = HEAD + readFileSync(path, 'utf8') + TAIL;
  const cachedData = readCache(path, text);
  const script = new vm.Script(text, {
    filename: path,
    columnOffset: -HEAD.length,
    cachedData,
  });
  loaded.push({
    path,
    text,
    script,
    isCached: cachedData !== undefined && script.cachedDataRejected === false,
  });
  return script;
}

function cachePath(path) {
  return `${path}.${process.versions.v8}-${process.arch}.cache`;
}

function readCache(path, text) {
  try {
    const content = readFileSync(cachePath(path));
    const data = content.subarray(CHECKSUM_BYTES);
    return checksum(text, data).equals(content.subarray(0, CHECKSUM_BYTES)) ? data : undefined;
  } catch {
    return undefined;
  }
}

function checksum(text, data) {
  return createHash('sha1').update(text).update(data).digest();
}

function keepCompiled({ path, text, script }) {
  const target = cachePath(path);
  const draft = `${target}.${process.pid}`;
  try {
    const data = script.createCachedData();
    writeFileSync(draft, Buffer.concat([checksum(text, data), data]));
    renameSync(draft, target);
  } catch {
    // A directory that cannot be written to, as with a global installation: then without.
    rmSync(draft, { force: true });
  }
}
