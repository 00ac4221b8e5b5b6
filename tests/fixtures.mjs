// Fixture archives: found in RUNAHEAD_FIXTURES, unpacked once per version into build/fixtures.
import fs from 'node:fs';
import path from 'node:path';
import { run } from '../tools/js/children.mjs';
import { build_folder, fixtures_folder } from '../tools/js/project.mjs';

/// Gives {folder} with the unpacked content, {skip} with the reason why there is
/// none, or {failure}.
export async function unpack_fixture(name) {
  const archive = path.join(fixtures_folder, `${name}.tar.zst`);
  if (!fs.existsSync(archive))
    return { skip: `${name}.tar.zst is not in ${fixtures_folder} (RUNAHEAD_FIXTURES)` };
  const { size, mtimeMs } = fs.statSync(archive);
  const store = path.join(build_folder, 'fixtures');
  const unpacked = path.join(store, `${name}-${size}-${Math.floor(mtimeMs)}`);
  const folder = path.join(unpacked, name);
  if (fs.existsSync(folder)) return { folder };
  fs.mkdirSync(store, { recursive: true });
  const older = new RegExp(`^${name}-\\d+-\\d+$`);
  for (const entry of fs.readdirSync(store).filter(entry => older.test(entry)))
    fs.rmSync(path.join(store, entry), { recursive: true });
  const partial = fs.mkdtempSync(path.join(store, 'partial-'));
  const { status, all } = await run('tar', ['--zstd', '-xf', archive, '-C', partial],
    { timeout_s: 600 });
  if (status !== 0) {
    fs.rmSync(partial, { recursive: true });
    return { failure: `${archive} cannot be unpacked: ${all.trim()}` };
  }
  fs.renameSync(partial, unpacked);
  return { folder };
}
