import { EventEmitter } from 'node:events';
import type { Socket } from 'node:net';
import { beforeEach, describe, expect, it } from 'vitest';
import { tickClock, type TickClock } from '../support/tick-clock.ts';
import { Outlets, type Outlet } from '../../src/transport/outlet.ts';

/** As much of a socket as an outlet looks at. */
class FakeSocket extends EventEmitter {
  destroyed = false;
  writableLength = 0;
  bytesWritten = 0;
  /** What is left of the write that the system has begun to take. */
  readonly _handle = { writeQueueSize: 0 };

  write(bytes: number): void {
    this.writableLength += bytes;
    this.bytesWritten += bytes;
    this._handle.writeQueueSize += bytes;
  }

  /** The system takes a part of what was written. */
  give(bytes: number): void {
    this._handle.writeQueueSize -= bytes;
  }

  drain(): void {
    this.writableLength = 0;
    this._handle.writeQueueSize = 0;
    this.emit('drain');
  }

  close(): void {
    this.destroyed = true;
    this.emit('close');
  }
}

describe('an outlet', () => {
  let clock: TickClock;
  let outlets: Outlets;
  let socket: FakeSocket;
  let outlet: Outlet;
  let cuts: number;
  let told: number;
  const open = (on: FakeSocket): Outlet => outlets.open(on as unknown as Socket, () => cuts++);

  beforeEach(() => {
    clock = tickClock();
    outlets = new Outlets(clock, { bufferedBytes: 64 * 1024, stallMs: 4_000 }, () => told++);
    socket = new FakeSocket();
    cuts = 0;
    told = 0;
    outlet = open(socket);
  });

  const look = (times: number): void => {
    for (let n = 0; n < times; n++) clock.tick();
  };

  it('is free until 64 KiB wait, and again when they are gone', async () => {
    expect([outlet.isFree, outlet.isWaiting]).toEqual([true, false]);
    socket.write(64 * 1024 - 1);
    expect([outlet.isFree, outlet.isWaiting]).toEqual([true, true]);
    await outlet.ready();
    socket.write(1);
    expect(outlet.isFree).toBe(false);
    const both = Promise.all([outlet.ready(), outlet.ready()]);
    socket.drain();
    await both;
    expect([outlet.isFree, outlet.isWaiting]).toEqual([true, false]);
  });

  it('lets nobody wait for a connection that is gone', async () => {
    socket.write(100_000);
    const ready = outlet.ready();
    socket.close();
    await ready;
    expect(outlet.isFree).toBe(true);
    expect(socket.eventNames()).toEqual([]);
  });

  it('is cut when four looks after one another find that nothing more was taken, however little waits', () => {
    socket.write(10);
    look(4);
    expect(cuts).toBe(0);
    look(1);
    expect([cuts, told]).toEqual([1, 1]);
    look(1);
    // It may take its time to go, and was one connection.
    expect([cuts, told]).toEqual([2, 1]);
  });

  it('is not cut while it is drained, or while the system takes a part of what waits', () => {
    socket.write(1_000_000);
    for (let n = 0; n < 20; n++) {
      look(4);
      socket.give(100);
    }
    for (let n = 0; n < 20; n++) {
      look(4);
      socket.drain();
      socket.write(10);
    }
    expect(cuts).toBe(0);
  });

  it('is not cut while nothing waits', () => {
    look(100);
    expect(cuts).toBe(0);
  });

  it('is watched no more when it is closed or its connection is, and then nothing is', () => {
    const other = new FakeSocket();
    const second = open(other);
    for (const one of [socket, other]) one.write(10);
    outlet.close();
    expect(socket.eventNames()).toEqual([]);
    look(10);
    expect([cuts > 0, clock.listeners]).toEqual([true, 1]);
    other.close();
    second.close();
    expect(clock.listeners).toBe(0);
    open(new FakeSocket());
    expect(clock.listeners).toBe(1);
  });
});
