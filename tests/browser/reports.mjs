// The reports that are looked at: made by the doctor from its samples, and the golden files of the odd cases.
import { spawnSync } from 'node:child_process';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

const DEMOS = ['window-0', 'missing-metadata', 'stale-metadata', 'stale-but-working', 'unknown-agent', 'many-windows', 'healthy'];

/** What the doctor writes of a sample. */
function demo(doctor, name, format) {
  const run = spawnSync(doctor, ['demo', name, '--format', format], { encoding: 'utf8', maxBuffer: 1 << 26 });
  if (![0, 1, 3, 4].includes(run.status)) throw new Error(`demo ${name} --format ${format}: ${run.stderr}`);
  return run.stdout;
}

/** Name and text of every report in `format`. A golden file has a head between two lines of dashes. */
export function reports(doctor, snapshots, format) {
  const found = DEMOS.map((name) => ({ name, text: demo(doctor, name, format) }));
  for (const file of readdirSync(snapshots).sort()) {
    const name = new RegExp(`^formats__${format}_(.+)\\.snap$`).exec(file)?.[1];
    if (!name) continue;
    const text = readFileSync(join(snapshots, file), 'utf8').split(/^---$/m).slice(2).join('---');
    found.push({ name: `golden-${name}`, text: text.trimStart() });
  }
  return found;
}
