// The HTML reports in a real browser: they render, ask for nothing, say nothing on the console, can be used by keyboard
// and by screen reader in light and dark, fit their page, and print. Screenshots are kept.
import { createRequire } from 'node:module';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { withChromium } from './chromium.mjs';
import { reports } from './reports.mjs';

const [doctor, snapshots, target] = process.argv.slice(2).map((path) => resolve(path));
const axe = readFileSync(createRequire(join(target, 'package.json')).resolve('axe-core/axe.min.js'), 'utf8');
const shots = join(target, 'screenshots');
mkdirSync(shots, { recursive: true });
const PICTURES = ['window-0', 'healthy', 'many-windows', 'golden-sweep', 'golden-inconclusive', 'several'];
const faults = [];

/** What stands outside of what it belongs to: text beyond its card or its drawing, a page wider than its window. */
function misplaced() {
  const found = [];
  const within = (inner, outer, what) => {
    const [i, o] = [inner.getBoundingClientRect(), outer.getBoundingClientRect()];
    const out = i.left < o.left - 1 || i.right > o.right + 1 || i.top < o.top - 1 || i.bottom > o.bottom + 1;
    if (i.width > 0 && out) found.push(`${what}: ${inner.textContent}`);
  };
  for (const text of document.querySelectorAll('svg text')) within(text, text.closest('svg'), 'beyond its drawing');
  for (const part of document.querySelectorAll('g.step, g.harm, g.window, g.end')) {
    for (const text of part.querySelectorAll('text')) within(text, part.querySelector('rect.card'), 'beyond its card');
  }
  for (const title of document.querySelectorAll('g.step')) {
    const [text, pill] = [title.querySelector('.step-title'), title.querySelector('.pill')].map((n) => n.getBoundingClientRect());
    if (text.right > pill.left && text.top < pill.bottom) found.push(`under its outcome: ${title.textContent}`);
  }
  const page = document.documentElement;
  if (page.scrollWidth > page.clientWidth) found.push(`the page is ${page.scrollWidth} wide in a window of ${page.clientWidth}`);
  return found;
}

/** One report in one theme, folded and unfolded. */
async function look(open, name, url, theme) {
  const context = await open({ colorScheme: theme, viewport: { width: 1100, height: 900 } });
  const page = await context.newPage();
  const fault = (what) => faults.push(`${name}, ${theme}: ${what}`);
  const asked = [];
  page.on('request', (request) => asked.push(request.url()));
  page.on('console', (message) => fault(`the console says ${message.type()}: ${message.text()}`));
  page.on('pageerror', (error) => fault(`error: ${error.message}`));
  await page.goto(url, { waitUntil: 'networkidle' });
  if (asked.length !== 1 || asked[0] !== url) fault(`asked for ${asked.join(', ')}`);
  const acting = await page.evaluate(() => document.querySelectorAll('script,iframe,object,embed,link,img,image,form,[onerror],[onload],[onclick]').length);
  if (acting !== 0) fault(`${acting} elements that can act or load`);
  if (PICTURES.includes(name)) await page.screenshot({ path: join(shots, `${name}-${theme}.png`), fullPage: true });
  for (const unfold of [false, true]) {
    if (unfold) await page.evaluate(() => document.querySelectorAll('details').forEach((d) => { d.open = true; }));
    for (const width of [360, 800, 1400]) {
      await page.setViewportSize({ width, height: 900 });
      for (const what of await page.evaluate(misplaced)) fault(`${width} wide: ${what}`);
    }
    await page.evaluate(axe);
    const { violations } = await page.evaluate(() => window.axe.run(document, { resultTypes: ['violations'] }));
    for (const v of violations) fault(`${v.id}: ${v.help}: ${v.nodes.slice(0, 3).map((n) => n.target.join(' ')).join(' | ')}`);
  }
  await keyboard(page, fault);
  await context.close();
}

/** The first stop is the way past the header, it is seen, and it leads to the verdict; folds open without a mouse. */
async function keyboard(page, fault) {
  await page.evaluate(() => document.querySelectorAll('details').forEach((d) => { d.open = false; }));
  await page.evaluate(() => window.scrollTo(0, 0));
  await page.keyboard.press('Tab');
  const first = await page.evaluate(() => {
    const at = document.activeElement;
    return { is: at.className, seen: at.getBoundingClientRect().left >= 0, outline: getComputedStyle(at).outlineStyle };
  });
  if (first.is !== 'skip' || !first.seen || first.outline === 'none') fault(`the first stop of the keyboard is ${JSON.stringify(first)}`);
  await page.keyboard.press('Enter');
  if (await page.evaluate(() => document.activeElement.id) !== 'verdict') fault('the skip link does not lead to the verdict');
  for (let n = 0; n < 60 && await page.evaluate(() => document.activeElement.tagName) !== 'SUMMARY'; n += 1) await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  const opened = await page.evaluate(() => document.activeElement.parentElement.open || document.querySelector('summary') === null);
  if (!opened) fault('a fold does not open by keyboard');
}

/** On paper nothing stays folded. */
async function print(open, name, url) {
  const context = await open({ viewport: { width: 780, height: 1100 } });
  const page = await context.newPage();
  await page.goto(url);
  await page.emulateMedia({ media: 'print' });
  const folded = await page.evaluate(() => [...document.querySelectorAll('details > :not(summary)')].filter((n) => n.getBoundingClientRect().height === 0).length);
  if (folded) faults.push(`${name}, print: ${folded} parts stay folded`);
  await page.screenshot({ path: join(shots, `${name}-print.png`), fullPage: true });
  await page.pdf({ path: join(shots, `${name}.pdf`), format: 'A4', printBackground: true, margin: { top: '12mm', bottom: '12mm', left: '12mm', right: '12mm' } });
  await context.close();
}

/** A page that does fetch is seen by the proxy; else that nothing is seen would say nothing. */
async function proxySees(open, asked) {
  const context = await open();
  const page = await context.newPage();
  await page.setContent('<img src="http://example.invalid/pixel.png">');
  for (let n = 0; n < 50 && asked.length === 0; n += 1) await page.waitForTimeout(100);
  if (!asked.some((line) => line.includes('example.invalid'))) faults.push('the proxy does not see what a page asks for');
  asked.length = 0;
  await context.close();
}

await withChromium(target, async (open, asked) => {
  await proxySees(open, asked);
  for (const { name, text } of reports(doctor, snapshots, 'html')) {
    const file = join(target, `${name}.html`);
    writeFileSync(file, text);
    const url = pathToFileURL(file).href;
    for (const theme of ['light', 'dark']) await look(open, name, url, theme);
    if (PICTURES.includes(name)) await print(open, name, url);
  }
  for (const line of asked) faults.push(`something reached for the network: ${line}`);
});
for (const fault of faults) console.log(fault);
console.log(`${faults.length} faults in the HTML reports; screenshots are in ${shots}`);
process.exitCode = faults.length ? 1 : 0;
