import { writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Two seconds of a tone as a WAV file, for a browser's fake microphone. */
export function toneFile(hz: number): string {
  const path = join(tmpdir(), `parley-tone-${hz}-${process.pid}.wav`);
  writeFileSync(path, tone(hz, 48_000, 2));
  return path;
}

/** A tone as a WAV file's bytes. */
export function tone(hz: number, rate: number, seconds: number): Buffer {
  const samples = rate * seconds;
  const wav = Buffer.alloc(44 + samples * 2);
  wav.write('RIFF', 0);
  wav.writeUInt32LE(36 + samples * 2, 4);
  wav.write('WAVEfmt ', 8);
  wav.writeUInt32LE(16, 16);
  wav.writeUInt16LE(1, 20); // PCM
  wav.writeUInt16LE(1, 22); // mono
  wav.writeUInt32LE(rate, 24);
  wav.writeUInt32LE(rate * 2, 28);
  wav.writeUInt16LE(2, 32);
  wav.writeUInt16LE(16, 34);
  wav.write('data', 36);
  wav.writeUInt32LE(samples * 2, 40);
  for (let at = 0; at < samples; at++)
    wav.writeInt16LE(Math.round(Math.sin((2 * Math.PI * hz * at) / rate) * 10_000), 44 + at * 2);
  return wav;
}
