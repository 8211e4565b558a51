// Puts .br and .gz beside every file that gets smaller by it, so the server
// sends them without work of its own. index.html is left alone: the server puts
// a fresh nonce into it on every request.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';

const worthIt = new Set(['.js', '.css', '.svg', '.json', '.webmanifest', '.txt', '.map']);
const options = { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } };

for (const part of ['dist/app', 'dist/widget']) {
  const dir = join(import.meta.dirname, part);
  for (const file of readdirSync(dir, { recursive: true, withFileTypes: true })) {
    if (!file.isFile() || !worthIt.has(extname(file.name))) continue;
    const path = join(file.parentPath, file.name);
    const content = readFileSync(path);
    if (content.length < 512) continue;
    for (const [ending, packed] of [
      ['.br', brotliCompressSync(content, options)],
      ['.gz', gzipSync(content, { level: 9 })],
    ]) {
      if (packed.length < content.length) writeFileSync(path + ending, packed);
    }
  }
}
