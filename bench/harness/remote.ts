/** A peer in another process: requests and replies are lines of JSON on its standard streams. */

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Answer, Contender } from './case.ts';
import type { Resources } from './resources.ts';

const CLOSE_MS = 5000;

/** What a peer may reply. */
export interface Reply {
  readonly error?: string;
  /** Seconds of each run. */
  readonly seconds?: readonly number[];
  /** A float as hexadecimal text. */
  readonly bits?: string;
  /** A number in decimal. */
  readonly text?: string;
  /** A file with the answer. */
  readonly path?: string;
  /** What the file holds: `f8` are doubles; bytes when left out. */
  readonly dtype?: 'f8';
}

interface Waiting {
  resolve(reply: Reply): void;
  reject(error: Error): void;
}

/** How to start a peer. */
export interface RemoteOptions {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

/** The process of a peer. It answers one request at a time and is ended with the resources. */
export class Remote {
  readonly #name: string;
  readonly #child: ChildProcess;
  readonly #waiting: Waiting[] = [];
  readonly #ended: Promise<unknown>;
  readonly #folder: string;
  #errors = '';
  #failure: Error | undefined;

  constructor(resources: Resources, { name, command, args, env }: RemoteOptions) {
    this.#name = name;
    this.#folder = resources.folder();
    // A group of its own: Ctrl-C reaches this process only, and the peer's children end with the peer.
    this.#child = spawn(command, args, { detached: true, env: { ...process.env, ...env } });
    this.#ended = once(this.#child, 'close').catch(() => undefined);
    const forget = resources.atExit(() => this.#kill());
    this.#child.once('error', (error) => this.#fail(`could not be started: ${error.message}`));
    this.#child.once('close', (code, signal) => {
      forget();
      this.#fail(`ended (${signal ?? `exit code ${code}`})`);
    });
    this.#child.stdin?.on('error', () => undefined);
    this.#child.stderr?.on('data', (data: Buffer) => {
      this.#errors = `${this.#errors}${data}`.slice(-2000);
    });
    if (this.#child.stdout !== null) {
      createInterface({ input: this.#child.stdout }).on('line', (line) => this.#receive(line));
    }
    resources.defer(() => this.close());
  }

  /** Sends a request and waits for its reply. Rejects when the peer reports an error or ends. */
  request(message: Readonly<Record<string, unknown>>): Promise<Reply> {
    if (this.#failure !== undefined) return Promise.reject(this.#failure);
    return new Promise((resolve, reject) => {
      this.#waiting.push({ resolve, reject });
      this.#child.stdin?.write(`${JSON.stringify({ folder: this.#folder, ...message })}\n`);
    });
  }

  /** A contender that runs and times itself over there. */
  contender(
    name: string,
    work: { readonly task: string; readonly [argument: string]: unknown },
    read: (reply: Reply) => Answer,
    items?: number,
  ): Contender {
    return {
      name,
      ...(items === undefined ? {} : { items }),
      answer: async () => read(await this.request({ op: 'answer', ...work })),
      time: async (budget) => {
        const { seconds } = await this.request({ op: 'time', ...work, budget });
        if (seconds === undefined || seconds.length === 0) throw new Error(`${this.#name} gave no times`);
        return [...seconds];
      },
    };
  }

  /** Ends the process: by the end of its input, and by force when that is not enough. */
  async close(): Promise<void> {
    this.#child.stdin?.end();
    const force = setTimeout(() => this.#kill(), CLOSE_MS);
    await this.#ended;
    clearTimeout(force);
  }

  #receive(line: string): void {
    const waiting = this.#waiting.shift();
    if (waiting === undefined) return;
    try {
      const reply = JSON.parse(line) as Reply;
      if (reply.error !== undefined) waiting.reject(new Error(`${this.#name}: ${reply.error}`));
      else waiting.resolve(reply);
    } catch {
      waiting.reject(new Error(`${this.#name} wrote a line that is no JSON: ${line.slice(0, 200)}`));
    }
  }

  #fail(what: string): void {
    this.#failure ??= new Error(`${this.#name} ${what}${this.#errors === '' ? '' : `\n${this.#errors}`}`);
    for (const { reject } of this.#waiting.splice(0)) reject(this.#failure);
  }

  #kill(): void {
    const { pid } = this.#child;
    if (pid === undefined || this.#child.exitCode !== null) return;
    try {
      process.kill(-pid, 'SIGKILL');
    } catch {
      this.#child.kill('SIGKILL');
    }
  }
}
