// SPDX-License-Identifier: AGPL-3.0-or-later
//
// slow_line.mjs - a line as an old phone has it in a village: a TCP proxy that is slow, far away and loses packets.
//
// Both ways share nothing but the delay. A segment of 1,460 bytes that is lost stalls its direction until it is sent
// again, as TCP waits: chance comes from a seed, so that a run can be repeated.
import {connect, createServer} from 'node:net';

const SEGMENT = 1460;

function chance(seed) { // mulberry32
  let a = seed >>> 0;
  return () => {
    a = (a + 0x6d2b79f5) >>> 0;
    let t = Math.imul(a ^ (a >>> 15), a | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

export class SlowLine {
  constructor(target, {kbit = 50, roundTrip = 400, loss = 0.05, resend = 800, seed = 1} = {}) {
    Object.assign(this, {target: new URL(target), kbit, roundTrip, loss, resend, seed});
    this.random = chance(seed);
    this.bytes = {up: 0, down: 0};
    this.segments = {sent: 0, lost: 0};
    this.free = {up: 0, down: 0};
    this.sockets = new Set();
    this.isCut = false;
  }

  async open(port = 0) {
    this.server = createServer((near) => this.join(near));
    await new Promise((resolve) => { this.server.listen(port, '127.0.0.1', resolve); });
    this.url = `http://127.0.0.1:${this.server.address().port}`;
    return this;
  }

  join(near) {
    if (this.isCut) return near.destroy();
    const far = connect(Number(this.target.port), this.target.hostname);
    const opened = Date.now() + this.roundTrip; // the handshake
    for (const s of [near, far]) {
      this.sockets.add(s);
      s.on('error', () => {});
      s.on('close', () => { this.sockets.delete(s); near.destroy(); setTimeout(() => far.destroy(), this.roundTrip); });
    }
    this.carry(near, far, 'up', opened);
    this.carry(far, near, 'down', opened);
  }

  /// When the last bit of a segment has left, and what a loss adds.
  leaves(way, bytes, notBefore) {
    const start = Math.max(Date.now(), this.free[way], notBefore);
    this.free[way] = start + (bytes * 8) / this.kbit;
    this.segments.sent++;
    if (this.random() < this.loss) {
      this.segments.lost++;
      this.free[way] += this.resend + (bytes * 8) / this.kbit;
    }
    return this.free[way];
  }

  carry(from, to, way, opened) {
    let due = 0;
    from.on('data', (data) => {
      from.pause();
      this.bytes[way] += data.length;
      for (let at = 0; at < data.length; at += SEGMENT) {
        const part = data.subarray(at, at + SEGMENT);
        due = this.leaves(way, part.length, opened) + this.roundTrip / 2;
        setTimeout(() => { if (!this.isCut && !to.destroyed) to.write(part); }, due - Date.now());
      }
      setTimeout(() => from.resume(), Math.max(0, due - Date.now() - this.roundTrip));
    });
    from.on('end', () => setTimeout(() => to.end(), Math.max(0, due - Date.now()) + 1));
  }

  /// The line goes dead: nothing arrives any more, new connections are refused.
  cut() {
    this.isCut = true;
    for (const s of this.sockets) s.destroy();
  }

  mend() { this.isCut = false; }

  get total() { return this.bytes.up + this.bytes.down; }

  close() {
    this.cut();
    this.server.close();
  }
}
