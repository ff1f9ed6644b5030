// The YAML language server that editors start, spoken to over standard input and output as an editor does.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

/** No answer within this time is a failure, so that nothing waits for ever. */
const PATIENCE = 30_000;

// The schema store is on the internet; what is tested here are the schemas beside the rules.
const SETTINGS = {
  yaml: { validate: true, hover: true, completion: true, schemaStore: { enable: false } },
};

/** Starts the server for the folder `root`, gives it to `use`, and ends it. */
export async function withServer(modules, root, use) {
  const program = join(modules, 'node_modules/yaml-language-server/bin/yaml-language-server');
  const child = spawn(process.execPath, [program, '--stdio'], { stdio: ['pipe', 'pipe', 'inherit'] });
  const server = new Server(child);
  try {
    const rootUri = pathToFileURL(root).href;
    const capabilities = {
      workspace: { configuration: true },
      textDocument: {
        completion: { completionItem: { documentationFormat: ['markdown'] } },
        hover: { contentFormat: ['markdown'] },
      },
    };
    await server.ask('initialize', { processId: process.pid, rootUri, capabilities, workspaceFolders: null });
    server.tell('initialized', {});
    server.tell('workspace/didChangeConfiguration', { settings: SETTINGS });
    return await use(server);
  } finally {
    child.kill();
  }
}

class Server {
  #child;
  #rest = Buffer.alloc(0);
  #number = 0;
  #answers = new Map();
  #judged = new Map();
  #versions = new Map();

  constructor(child) {
    this.#child = child;
    child.stdout.on('data', (data) => this.#read(data));
    child.on('exit', (code) => this.#gone(`the language server ended with code ${code}`));
    child.on('error', (error) => this.#gone(`the language server does not start: ${error.message}`));
  }

  /** Asks and waits for the answer. */
  ask(method, params) {
    const id = ++this.#number;
    this.#send({ id, method, params });
    return this.#wait(this.#answers, id, method);
  }

  tell(method, params) {
    this.#send({ method, params });
  }

  /** Opens a file with this text, or changes it, and gives what the server finds wrong in it, a line each. */
  async judge(file, text) {
    const uri = pathToFileURL(file).href;
    const version = (this.#versions.get(uri) ?? 0) + 1;
    this.#versions.set(uri, version);
    const found = this.#wait(this.#judged, uri, `diagnostics of ${file}`);
    if (version === 1) {
      this.tell('textDocument/didOpen', { textDocument: { uri, languageId: 'yaml', version, text } });
    } else {
      this.tell('textDocument/didChange', { textDocument: { uri, version }, contentChanges: [{ text }] });
    }
    return (await found).map((d) => `${d.range.start.line + 1}: ${d.message}`);
  }

  /** The labels that are offered at a place. */
  async complete(file, place) {
    const textDocument = { uri: pathToFileURL(file).href };
    const offered = await this.ask('textDocument/completion', { textDocument, position: place });
    return (offered?.items ?? offered ?? []).map((item) => item.label);
  }

  /** What is said of the word at a place. */
  async hover(file, place) {
    const textDocument = { uri: pathToFileURL(file).href };
    const said = await this.ask('textDocument/hover', { textDocument, position: place });
    return said?.contents?.value ?? '';
  }

  #wait(waiting, key, what) {
    return new Promise((resolve, reject) => {
      const late = setTimeout(() => reject(new Error(`no answer within ${PATIENCE / 1000} s: ${what}`)), PATIENCE);
      const settle = (done) => (value) => { clearTimeout(late); waiting.delete(key); done(value); };
      waiting.set(key, { resolve: settle(resolve), reject: settle(reject) });
    });
  }

  #gone(why) {
    for (const waiting of [this.#answers, this.#judged]) {
      for (const { reject } of [...waiting.values()]) reject(new Error(why));
    }
  }

  #send(message) {
    const body = JSON.stringify({ jsonrpc: '2.0', ...message });
    this.#child.stdin.write(`Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
  }

  #read(data) {
    this.#rest = Buffer.concat([this.#rest, data]);
    for (;;) {
      const end = this.#rest.indexOf('\r\n\r\n');
      if (end < 0) return;
      const length = Number(/Content-Length: (\d+)/i.exec(this.#rest.subarray(0, end).toString())?.[1]);
      if (this.#rest.length < end + 4 + length) return;
      const body = this.#rest.subarray(end + 4, end + 4 + length).toString();
      this.#rest = this.#rest.subarray(end + 4 + length);
      this.#heard(JSON.parse(body));
    }
  }

  #heard({ id, method, params, result, error }) {
    if (method === 'textDocument/publishDiagnostics') {
      this.#judged.get(params.uri)?.resolve(params.diagnostics);
    } else if (method === 'workspace/configuration') {
      const settings = params.items.map(({ section }) => SETTINGS[section] ?? null);
      this.#send({ id, result: settings });
    } else if (method !== undefined) {
      // Registrations and progress are taken note of, no more.
      if (id !== undefined) this.#send({ id, result: null });
    } else if (error) {
      this.#answers.get(id)?.reject(new Error(error.message));
    } else {
      this.#answers.get(id)?.resolve(result);
    }
  }
}
