// The charts of the Markdown reports, read and drawn by mermaid itself: each box says exactly what it was meant to say.
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { withChromium } from './chromium.mjs';
import { reports } from './reports.mjs';

const [doctor, snapshots, target] = process.argv.slice(2).map((path) => resolve(path));
const bundle = join(dirname(createRequire(join(target, 'package.json')).resolve('mermaid')), 'mermaid.min.js');
const faults = [];
let charts = 0;

/** What the labels of a chart mean: entities as characters, spaces left out. */
function meant(source) {
  const plain = (label) => label.replaceAll('<br/>', '').replace(/#(\d+);/g, (_, code) => String.fromCodePoint(Number(code)));
  return [...source.matchAll(/"([^"]*)"/g)].map((match) => plain(match[1]).replace(/\s+/g, ''));
}

/** Reads and draws one chart; gives what its boxes say. */
async function draw(source) {
  await window.mermaid.parse(source);
  const { svg } = await window.mermaid.render('chart', source);
  const holder = document.createElement('div');
  holder.innerHTML = svg;
  const foreign = holder.querySelectorAll('script, img, a, iframe, form, input').length;
  return { foreign, labels: [...holder.querySelectorAll('.node')].map((n) => n.textContent.replace(/\s+/g, '')) };
}

await withChromium(target, async (open) => {
  const page = await (await open()).newPage();
  await page.addScriptTag({ path: bundle });
  await page.evaluate(() => window.mermaid.initialize({ startOnLoad: false, securityLevel: 'strict' }));
  for (const { name, text } of reports(doctor, snapshots, 'markdown')) {
    for (const [, source] of text.matchAll(/^```mermaid\n([\s\S]*?)^```$/gm)) {
      charts += 1;
      try {
        const { foreign, labels } = await page.evaluate(draw, source);
        if (foreign) faults.push(`${name}: ${foreign} elements that are no drawing`);
        const lost = meant(source).filter((label) => !labels.includes(label));
        for (const label of lost) faults.push(`${name}: not drawn: ${label}; drawn: ${labels.join(' | ')}`);
      } catch (error) {
        faults.push(`${name}: ${error.message}\n${source}`);
      }
    }
  }
});
if (charts < 5) faults.push(`only ${charts} charts were found`);
for (const fault of faults) console.log(fault);
console.log(`${charts} charts drawn, ${faults.length} faults`);
process.exitCode = faults.length ? 1 : 0;
