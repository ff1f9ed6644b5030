// The reports that are looked at: made by the doctor from its samples, and the golden files of the odd cases.
import { spawnSync } from 'node:child_process';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

const DEMOS = ['window-0', 'missing-metadata', 'stale-metadata', 'stale-but-working', 'unknown-agent', 'many-windows', 'healthy'];

const SEVERAL = ['0.4.2-handle-own-window', '0.4.2-healthy-attached', '2.4.0-outside-two-managed', '0.4.2-handle-own-window'];

/** What the doctor writes of a sample, or of several inputs at once. */
function written(doctor, args, format) {
  const run = spawnSync(doctor, [...args, '--format', format], { encoding: 'utf8', maxBuffer: 1 << 26 });
  if (![0, 1, 3, 4].includes(run.status)) throw new Error(`${args.join(' ')} --format ${format}: ${run.stderr}`);
  return run.stdout;
}

/** Name and text of every report in `format`. A golden file has a head between two lines of dashes. */
export function reports(doctor, snapshots, format) {
  const found = DEMOS.map((name) => ({ name, text: written(doctor, ['demo', name], format) }));
  const inputs = SEVERAL.map((name) => `fixtures/sessions/${name}`);
  found.push({ name: 'several', text: written(doctor, ['check', ...inputs], format) });
  for (const file of readdirSync(snapshots).sort()) {
    const name = new RegExp(`^formats__${format}_(.+)\\.snap$`).exec(file)?.[1];
    if (!name) continue;
    const text = readFileSync(join(snapshots, file), 'utf8').split(/^---$/m).slice(2).join('---');
    found.push({ name: `golden-${name}`, text: text.trimStart() });
  }
  return found;
}
