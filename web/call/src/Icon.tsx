// Icons drawn for the button: one path each on a 24 × 24 grid, 1.75 px lines.

const phone =
  'M6 3.5h3l1.8 4.5-2.3 1.7a12 12 0 0 0 5.8 5.8L16 13.2l4.5 1.8v3a2.5 2.5 0 0 1-2.7 2.5A16.5 16.5 0 0 1 3.5 6.2 2.5 2.5 0 0 1 6 3.5z';
const microphone =
  'M12 3.5a2.5 2.5 0 0 1 2.5 2.5v5.5a2.5 2.5 0 0 1-5 0V6A2.5 2.5 0 0 1 12 3.5zM6 11.5a6 6 0 0 0 12 0M12 17.5v3';

const paths = {
  phone,
  microphone,
  muted: `${microphone}M4 4l16 16`,
  keypad: 'M6 6h.01M12 6h.01M18 6h.01M6 12h.01M12 12h.01M18 12h.01M6 18h.01M12 18h.01M18 18h.01',
  close: 'm6 6 12 12M18 6 6 18',
};

export type IconName = keyof typeof paths;

export function Icon({ name }: { name: IconName }) {
  return (
    <svg class={`icon ${name}`} viewBox="0 0 24 24" aria-hidden="true" focusable="false">
      <path d={paths[name]} />
    </svg>
  );
}
