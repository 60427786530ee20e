import type { EndSignal } from './exit-code.ts';

/** A child that was started, of either kind. */
export interface Running {
  readonly pid: number;
  /** Ends it, or asks it to end. After its end this does nothing. */
  signal(signal: EndSignal): void;
}

/** What a child is started with. */
export interface RunSettings {
  readonly name: string;
  readonly daemon: boolean;
  readonly env: NodeJS.ProcessEnv | undefined;
  readonly execArgv: readonly string[] | undefined;
  readonly execPath: string | URL | undefined;
}
