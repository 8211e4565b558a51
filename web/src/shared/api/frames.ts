/** A message of the server's numbered stream; without `seq` it is lossy: only the latest matters. */
export interface Frame {
  type: string;
  epoch?: string;
  seq?: number;
  /** Number of the frame sent before this one on the same stream. */
  prev?: number;
  data?: unknown;
}

/** How far the stream was read. An empty epoch means: nothing yet. */
export interface Position {
  epoch: string;
  seq: number;
}

export const START: Position = { epoch: '', seq: 0 };

export type Verdict =
  /** The next one: hand it on. */
  | 'take'
  /** Known already. */
  | 'old'
  /** Something is missing before it: ask again from the position. */
  | 'gap'
  /** Another stream: the position means nothing here, a snapshot is needed. */
  | 'foreign';

/** Judges a numbered frame against what was read so far. */
export function judge(at: Position, frame: Frame): Verdict {
  if (frame.seq === undefined) return 'take';
  if (frame.type === 'snapshot') return 'take';
  if (frame.epoch !== at.epoch) return 'foreign';
  if (frame.seq <= at.seq) return 'old';
  return frame.prev === at.seq ? 'take' : 'gap';
}
