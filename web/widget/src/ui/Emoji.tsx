import { useLayoutEffect, useRef } from 'preact/hooks';

const all = [...'😀😊😂😉😍🤔😕😢😡🙈👍👎👌🙏👏💪👋🔥🎉🌼✅❌📞🎁'];
const columns = 8;

/** A small set; the arrow keys walk through it, Escape closes it. */
export function Emoji(p: { label: string; onPick(emoji: string): void; onClose(): void }) {
  const box = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => box.current?.querySelector('button')?.focus(), []);
  const onKey = (e: KeyboardEvent) => {
    const step = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: columns, ArrowUp: -columns }[e.key];
    if (e.key === 'Escape') p.onClose();
    else if (step) {
      const buttons = [...(box.current?.querySelectorAll('button') ?? [])];
      const at = buttons.indexOf(e.target as HTMLButtonElement);
      buttons[(at + step + buttons.length) % buttons.length]?.focus();
    } else return;
    e.preventDefault();
    e.stopPropagation();
  };
  return (
    <div class="emoji" ref={box} role="toolbar" aria-label={p.label} onKeyDown={onKey}>
      {all.map((e, i) => (
        <button key={e} type="button" tabIndex={i ? -1 : 0} onClick={() => p.onPick(e)}>
          {e}
        </button>
      ))}
    </div>
  );
}
