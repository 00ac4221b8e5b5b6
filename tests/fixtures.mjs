// Fixture archives: found in RUNAHEAD_FIXTURES, unpacked once per version into build/fixtures.
import fs from 'node:fs';
import path from 'node:path';
import { run } from '../tools/js/children.mjs';
import { build_folder, fixtures_folder } from '../tools/js/project.mjs';

/// Where archives are unpacked, each into a folder of its name.
export const unpacked_folder = path.join(build_folder, 'fixtures');

/// Gives {folder} with the unpacked content, {skip} with why there is none, or {failure}.
export async function unpack_fixture(name) {
  const archive = path.join(fixtures_folder, `${name}.tar.zst`);
  if (!fs.existsSync(archive))
    return { skip: `${name}.tar.zst is not in ${fixtures_folder} (RUNAHEAD_FIXTURES)` };
  const { size, mtimeMs } = fs.statSync(archive);
  const version = `${size} bytes of ${Math.floor(mtimeMs)}\n`;
  const folder = path.join(unpacked_folder, name), stamp = `${folder}.version`;
  if (fs.existsSync(stamp) && fs.readFileSync(stamp, 'utf8') === version) return { folder };
  fs.rmSync(stamp, { force: true });
  fs.rmSync(folder, { recursive: true, force: true });
  fs.mkdirSync(unpacked_folder, { recursive: true });
  const { status, all } = await run('tar', ['--zstd', '-xf', archive, '-C', unpacked_folder],
    { timeout_s: 600 });
  if (status !== 0) return { failure: `${archive} cannot be unpacked: ${all.trim()}` };
  fs.writeFileSync(stamp, version);
  return { folder };
}
