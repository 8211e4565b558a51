import { type AddressInfo, createServer } from 'node:net';

interface Received {
  to: string[];
  /** The mail as it went over the line. */
  data: string;
  /** Its texts, decoded. */
  text: string;
  header: (name: string) => string;
}

/** The mail server of the customers: takes every mail and keeps it. */
export class Relay {
  readonly mails: Received[] = [];
  /** Says this to every receiver instead of taking the mail. */
  refuses = '';
  /** Takes mails and never says so. */
  silent = false;
  private readonly server = createServer((socket) => {
    let heard = '';
    let data = false;
    let to: string[] = [];
    const say = (line: string) => socket.write(`${line}\r\n`);
    say('220 relay');
    socket.on('error', () => socket.destroy());
    socket.on('data', (bytes) => {
      heard += bytes.toString('latin1');
      for (;;) {
        const end = heard.indexOf(data ? '\r\n.\r\n' : '\r\n');
        if (end < 0) return;
        const line = heard.slice(0, end);
        heard = heard.slice(end + (data ? 5 : 2));
        if (data) {
          this.mails.push(received(to, line.replace(/^\.\./gm, '.')));
          data = false;
          to = [];
          if (!this.silent) say('250 taken');
        } else if (/^QUIT/i.test(line)) {
          say('221 bye');
          socket.end();
        } else if (/^DATA/i.test(line)) {
          data = true;
          say('354 go on');
        } else {
          const receiver = line.match(/^RCPT TO:<(.*?)>/i)?.[1];
          if (receiver) to.push(receiver);
          say((receiver && this.refuses) || '250 ok');
        }
      }
    });
  });

  start(): Promise<void> {
    return new Promise((done) => {
      this.server.listen(0, '127.0.0.1', () => done());
    });
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  stop(): void {
    this.server.close();
  }
}

function received(to: string[], data: string): Received {
  const head = data.slice(0, data.indexOf('\r\n\r\n')).replace(/\r\n[ \t]+/g, ' ');
  return {
    to,
    data,
    text: decoded(data),
    header: (name) => words(head.match(new RegExp(`^${name}: (.*)$`, 'im'))?.[1]?.trim() ?? ''),
  };
}

/** Encoded words of a header, read. */
const words = (text: string) =>
  text
    .replace(/\?= +=\?/g, '?==?')
    .replace(/=\?utf-8\?([bq])\?(.*?)\?=/gi, (_, way: string, code: string) =>
      (/b/i.test(way) ? Buffer.from(code, 'base64') : quoted(code.replace(/_/g, ' '))).toString(),
    );

const quoted = (text: string) =>
  Buffer.from(
    text
      .replace(/=\r\n/g, '')
      .replace(/=([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))),
    'latin1',
  );

/** All parts of a mail with their bytes read, one after another. */
function decoded(data: string): string {
  return data
    .split(/\r\n--[^\r\n]+/)
    .map((part) => {
      const end = part.indexOf('\r\n\r\n');
      const [head, body] = [part.slice(0, end), part.slice(end + 4)];
      if (/^content-transfer-encoding: base64/im.test(head)) return Buffer.from(body, 'base64').toString();
      if (/^content-transfer-encoding: quoted-printable/im.test(head)) return quoted(body).toString();
      return Buffer.from(body, 'latin1').toString();
    })
    .join('\n');
}
