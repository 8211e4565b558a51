import { createSocket } from 'node:dgram';

/** A DNS server that has the TXT records it is given. */
export class Dns {
  readonly records = new Map<string, string>();
  private readonly socket = createSocket('udp4');

  start(): Promise<void> {
    this.socket.on('message', (asked, from) => this.socket.send(this.answer(asked), from.port, from.address));
    return new Promise((done) => {
      this.socket.bind(0, '127.0.0.1', () => done());
    });
  }

  get address(): string {
    return `127.0.0.1:${this.socket.address().port}`;
  }

  stop(): void {
    this.socket.close();
  }

  private answer(asked: Buffer): Buffer {
    const labels: string[] = [];
    let at = 12;
    for (let length = asked[at] ?? 0; length > 0; length = asked[at] ?? 0) {
      labels.push(asked.toString('latin1', at + 1, at + 1 + length));
      at += 1 + length;
    }
    const question = asked.subarray(12, at + 5);
    const text = this.records.get(labels.join('.').toLowerCase());
    const head = Buffer.from(asked.subarray(0, 12));
    head.writeUInt16BE(text === undefined ? 0x8183 : 0x8180, 2); // no such name, or an answer
    head.writeUInt16BE(text === undefined ? 0 : 1, 6);
    head.writeUInt32BE(0, 8);
    if (text === undefined) return Buffer.concat([head, question]);
    // The strings of a record have 255 octets at most.
    const strings = (text.match(/.{1,255}/g) ?? []).map((part) =>
      Buffer.concat([Buffer.from([part.length]), Buffer.from(part, 'latin1')]),
    );
    const data = Buffer.concat(strings);
    const record = Buffer.from([0xc0, 12, 0, 16, 0, 1, 0, 0, 0, 1, 0, 0]);
    record.writeUInt16BE(data.length, 10);
    return Buffer.concat([head, question, record, data]);
  }
}
