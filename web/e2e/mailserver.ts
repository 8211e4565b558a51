import { type AddressInfo, createServer } from 'node:net';

/** A mail server of the outside world: takes every mail and hands out what it took, decoded. */
export async function mailServer() {
  const taken: string[] = [];
  const waiting: ((mail: string) => void)[] = [];
  const arrived = (mail: string) => {
    const next = waiting.shift();
    if (next) next(mail);
    else taken.push(mail);
  };
  const server = createServer((socket) => {
    let heard = '';
    let inMail = false;
    const say = (line: string) => socket.write(`${line}\r\n`);
    say('220 outside ESMTP');
    socket.on('error', () => socket.destroy());
    socket.on('data', (bytes) => {
      heard += bytes.toString('latin1');
      for (;;) {
        const end = inMail ? '\r\n.\r\n' : '\r\n';
        const at = heard.indexOf(end);
        if (at < 0) return;
        const part = heard.slice(0, at);
        heard = heard.slice(at + end.length);
        if (inMail) {
          arrived(textOf(part));
          inMail = false;
          say('250 kept');
        } else if (/^DATA/i.test(part)) {
          inMail = true;
          say('354 go on');
        } else if (/^QUIT/i.test(part)) {
          say('221 bye');
          socket.end();
        } else say('250 fine');
      }
    });
  });
  await new Promise<void>((up) => server.listen(0, '127.0.0.1', up));
  return {
    port: (server.address() as AddressInfo).port,
    /** The next mail, when it comes. */
    next: () =>
      new Promise<string>((done) => (taken.length ? done(taken.shift() ?? '') : waiting.push(done))),
    close: () => new Promise<void>((done) => server.close(() => done())),
  };
}

/** The text of a mail of one part. */
function textOf(raw: string): string {
  const cut = raw.indexOf('\r\n\r\n');
  const [head, body] = [raw.slice(0, cut), raw.slice(cut + 4)];
  if (/^content-transfer-encoding:\s*base64/im.test(head)) return Buffer.from(body, 'base64').toString();
  if (/^content-transfer-encoding:\s*quoted-printable/im.test(head))
    return Buffer.from(
      body
        .replace(/=\r\n/g, '')
        .replace(/=([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))),
      'latin1',
    ).toString();
  return Buffer.from(body, 'latin1').toString();
}
