// `npm run editors`: a real yaml-language-server, taken from npm for this once, on files that name our JSON Schemas in their
// first line, as an editor has it: which of their mistakes it underlines, what it says of a field, what it completes.
import assert from 'node:assert/strict';
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

const SERVER = 'yaml-language-server@2.0.0';
const ROOT = resolve(import.meta.dirname, '../..');
const WITHIN_MS = 60_000;

interface Message {
  readonly id?: number;
  readonly method?: string;
  readonly params?: unknown;
  readonly result?: unknown;
}

interface Diagnostic {
  readonly message: string;
  readonly range: { readonly start: { readonly line: number } };
}

/** The protocol of editors, as much of it as is needed. */
class LanguageServer {
  readonly #process: ChildProcessWithoutNullStreams;
  readonly #messages: Message[] = [];
  #rest = Buffer.alloc(0);
  #lastId = 0;

  constructor() {
    this.#process = spawn('npx', ['--yes', SERVER, '--stdio'], { cwd: tmpdir() });
    this.#process.stdout.on('data', (chunk: Buffer) => this.#read(chunk));
    this.#process.stderr.resume();
  }

  async start(): Promise<void> {
    const root = pathToFileURL(ROOT).href;
    const capabilities = { textDocument: { publishDiagnostics: {}, completion: {}, hover: {} } };
    await this.ask('initialize', { processId: process.pid, rootUri: root, capabilities });
    this.tell('initialized', {});
    const yaml = { validate: true, hover: true, completion: true, schemaStore: { enable: false } };
    this.tell('workspace/didChangeConfiguration', { settings: { yaml } });
  }

  /** Each as its line, counted from 1, and its text. */
  async diagnose(file: string, text: string): Promise<readonly string[]> {
    const uri = pathToFileURL(file).href;
    this.tell('textDocument/didOpen', { textDocument: { uri, languageId: 'yaml', version: 1, text } });
    const { params } = await this.#until(
      ({ method, params }) => method === 'textDocument/publishDiagnostics' && (params as { uri: string }).uri === uri,
    );
    const { diagnostics } = params as { readonly diagnostics: readonly Diagnostic[] };
    return diagnostics.map(({ message, range }) => `${range.start.line + 1}: ${message}`);
  }

  async askAt(method: string, file: string, line: number, character: number): Promise<string> {
    const uri = pathToFileURL(file).href;
    return JSON.stringify(await this.ask(method, { textDocument: { uri }, position: { line: line - 1, character } }));
  }

  async ask(method: string, params: object): Promise<unknown> {
    this.#lastId += 1;
    const id = this.#lastId;
    this.#send({ id, method, params });
    return (await this.#until((message) => message.id === id && message.method === undefined)).result;
  }

  tell(method: string, params: object): void {
    this.#send({ method, params });
  }

  stop(): void {
    this.#process.kill();
  }

  #send(message: object): void {
    const body = JSON.stringify({ jsonrpc: '2.0', ...message });
    this.#process.stdin.write(`Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
  }

  #read(chunk: Buffer): void {
    this.#rest = Buffer.concat([this.#rest, chunk]);
    for (;;) {
      const end = this.#rest.indexOf('\r\n\r\n');
      const length = Number(/Content-Length: (\d+)/.exec(this.#rest.toString('latin1', 0, Math.max(0, end)))?.[1]);
      if (end === -1 || this.#rest.length < end + 4 + length) return;
      this.#take(JSON.parse(this.#rest.toString('utf8', end + 4, end + 4 + length)) as Message);
      this.#rest = this.#rest.subarray(end + 4 + length);
    }
  }

  /** What it asks of an editor is answered with nothing. */
  #take(message: Message): void {
    if (message.id !== undefined && message.method !== undefined) {
      const { items } = (message.params ?? {}) as { readonly items?: readonly unknown[] };
      this.#send({ id: message.id, result: items?.map(() => null) ?? null });
    } else this.#messages.push(message);
  }

  async #until(isWanted: (message: Message) => boolean): Promise<Message> {
    const end = Date.now() + WITHIN_MS;
    while (Date.now() < end) {
      const index = this.#messages.findIndex(isWanted);
      if (index !== -1) return this.#messages.splice(index, 1)[0] as Message;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    throw new Error('the language server did not answer');
  }
}

const folder = mkdtempSync(join(tmpdir(), 'secretmount-editors-'));
const server = new LanguageServer();
try {
  cpSync(join(ROOT, 'dist'), join(folder, 'dist'), { recursive: true, filter: (path) => !path.endsWith('.js') });
  cpSync(join(ROOT, 'deploy/kustomize-objects'), join(folder, 'deploy/kustomize-objects'), { recursive: true });
  const [listFile, classFile] = ['objects.yaml', 'class.yaml'].map((name) =>
    join(folder, 'deploy/kustomize-objects', name),
  ) as [string, string];
  const [list, whole] = [readFileSync(listFile, 'utf8'), readFileSync(classFile, 'utf8')];
  await server.start();

  assert.deepEqual(await server.diagnose(listFile, list), []);
  assert.deepEqual(await server.diagnose(classFile, whole), []);
  console.log('ok  finds nothing wrong with deploy/kustomize-objects');

  const badList = list.replace('secretKey: config', 'secretKye: config').replace('"0444"', '"0999"');
  const ofList = await server.diagnose(join(folder, 'deploy/kustomize-objects/bad-list.yaml'), badList);
  assert.equal(ofList.length, 2, ofList.join());
  assert.match(ofList.join('\n'), /secretKye/);
  assert.match(ofList.join('\n'), /pattern/);
  const badClass = whole
    .replace('provider: vault', 'provider: vault\n  secretObject: []')
    .replace('roleName: app', 'roleName: app\n    vaultAdress: https://vault:8200\n    vaultSkipTLSVerify: "yes"');
  const ofClass = await server.diagnose(join(folder, 'deploy/kustomize-objects/bad-class.yaml'), badClass);
  for (const word of [/secretObject/, /vaultAdress/, /"TRUE"|not accepted|valid values/i])
    assert.match(ofClass.join('\n'), word);
  console.log(`ok  underlines mistakes:\n      ${[...ofList, ...ofClass].join('\n      ')}`);

  const line = list.split('\n').findIndex((one) => one.includes('jsonPath')) + 1;
  assert.match(await server.askAt('textDocument/hover', listFile, line, 4), /RFC 9535/);
  console.log('ok  explains jsonPath');
  assert.match(
    await server.askAt('textDocument/completion', listFile, line, 2),
    /jmesPath.*refreshAfter|refreshAfter.*jmesPath/,
  );
  console.log('ok  completes fields');
} finally {
  server.stop();
  rmSync(folder, { recursive: true, force: true });
}
