// Chromium for tests. Nothing of its own may reach the network, and a proxy sees whatever a page asks for.
import { createServer } from 'node:net';
import { createRequire } from 'node:module';
import { join } from 'node:path';

const FLAGS = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
  '--disable-component-update', '--disable-sync', '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1'];

/** Runs `use(open, asked)`: `open` gives a context with the options, `asked` are the first lines of what reached the proxy. */
export async function withChromium(modules, use) {
  const { chromium } = createRequire(join(modules, 'package.json'))('playwright-core');
  const asked = [];
  const proxy = createServer((socket) => {
    socket.on('error', () => {});
    socket.once('data', (data) => {
      asked.push(data.toString('latin1').split('\r\n')[0]);
      socket.destroy();
    });
  });
  await new Promise((ready) => { proxy.listen(0, '127.0.0.1', ready); });
  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: FLAGS,
  });
  try {
    // What Chromium asks for itself goes another way than what a page asks for.
    const server = { server: `http://127.0.0.1:${proxy.address().port}`, bypass: '<-loopback>' };
    const open = async (options = {}) => {
      const context = await browser.newContext({ ...options, proxy: server });
      // A busy machine is slow; what hangs for good ends all the same.
      context.setDefaultTimeout(180_000);
      return context;
    };
    return await use(open, asked);
  } finally {
    await browser.close();
    proxy.close();
  }
}
