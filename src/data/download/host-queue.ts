/** How much runs at once. */
export interface QueueLimits {
  /** Works at once in all. */
  readonly concurrency: number;
  /** Works at once for one host. */
  readonly perHost: number;
}

interface Host {
  readonly waiting: (() => void)[];
  running: number;
  /** Pauses that have not ended. */
  pauses: number;
}

/** Runs works at once within limits, the hosts taking turns, so that a slow or busy host holds up nobody else. */
export class HostQueue {
  readonly #limits: QueueLimits;
  readonly #hosts = new Map<string, Host>();
  /** Hosts that have something to run now, in the order of their turns. */
  readonly #ready = new Set<string>();
  readonly #calmWaiters: (() => void)[] = [];
  readonly #timers = new Set<ReturnType<typeof setTimeout>>();
  #running = 0;
  #waiting = 0;

  constructor(limits: QueueLimits) {
    this.#limits = limits;
  }

  /** Runs `work` when it is its turn; one host's works start in the order in which they were given. */
  async run<T>(host: string, work: () => Promise<T>): Promise<T> {
    const state = this.#host(host);
    await new Promise<void>((resolve) => {
      state.waiting.push(resolve);
      this.#waiting++;
      this.#refresh(host);
    });
    try {
      return await work();
    } finally {
      state.running--;
      this.#running--;
      this.#refresh(host);
    }
  }

  /** Starts nothing for a host for some milliseconds. */
  pause(host: string, milliseconds: number): void {
    const state = this.#host(host);
    state.pauses++;
    this.#refresh(host);
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      state.pauses--;
      this.#refresh(host);
    }, milliseconds);
    this.#timers.add(timer);
  }

  /** Resolves when no more works wait for their turn than may run at once: the time to bring more. */
  async calm(): Promise<void> {
    if (!this.#isCalm()) await new Promise<void>((resolve) => this.#calmWaiters.push(resolve));
  }

  /** Forgets all pauses, so that they do not keep the process; nothing may be waiting any more. */
  [Symbol.dispose](): void {
    for (const timer of this.#timers) clearTimeout(timer);
  }

  #host(name: string): Host {
    const known = this.#hosts.get(name);
    if (known !== undefined) return known;
    const host: Host = { waiting: [], running: 0, pauses: 0 };
    this.#hosts.set(name, host);
    return host;
  }

  /** Puts a host whose state changed where it belongs, and starts what can start. */
  #refresh(name: string): void {
    const host = this.#hosts.get(name);
    if (host === undefined) return;
    if (host.waiting.length === 0 && host.running === 0 && host.pauses === 0) this.#hosts.delete(name);
    if (host.waiting.length > 0 && host.running < this.#limits.perHost && host.pauses === 0) this.#ready.add(name);
    else this.#ready.delete(name);
    this.#dispatch();
  }

  #dispatch(): void {
    for (const name of this.#ready) {
      if (this.#running >= this.#limits.concurrency) break;
      const host = this.#hosts.get(name)!;
      const start = host.waiting.shift()!;
      this.#ready.delete(name);
      host.running++;
      this.#running++;
      this.#waiting--;
      start();
      if (host.waiting.length > 0 && host.running < this.#limits.perHost) this.#ready.add(name); // at the end: its turn is over
    }
    if (this.#isCalm()) for (const resolve of this.#calmWaiters.splice(0)) resolve();
  }

  #isCalm(): boolean {
    return this.#waiting <= this.#limits.concurrency;
  }
}
