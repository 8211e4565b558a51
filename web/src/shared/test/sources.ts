import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';

export const WEB = join(import.meta.dirname, '../../..');

/** Every source file of the interface below `dir`, by its path from web/. */
export function sources(dir = 'src', pattern = /\.tsx?$/): { path: string; text: string }[] {
  return readdirSync(join(WEB, dir), { recursive: true, withFileTypes: true })
    .filter((file) => file.isFile() && pattern.test(file.name) && !file.name.includes('.gen.'))
    .map((file) => {
      const path = join(file.parentPath, file.name);
      return { path: relative(WEB, path), text: readFileSync(path, 'utf8') };
    });
}
