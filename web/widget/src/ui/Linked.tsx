import { pieces } from '../links';

/** Text whose web addresses can be clicked; nothing else in it means anything. */
export function Linked({ text }: { text: string }) {
  return (
    <>
      {pieces(text).map((p) =>
        p.href ? (
          <a key={p.at} href={p.href} target="_blank" rel="noopener noreferrer nofollow">
            {p.text}
          </a>
        ) : (
          p.text
        ),
      )}
    </>
  );
}
