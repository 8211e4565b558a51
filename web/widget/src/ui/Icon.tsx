// Icons drawn for the widget: one path each on a 24 × 24 grid, 1.75 px lines.

const bell = 'M6.5 16.5V11a5.5 5.5 0 0 1 11 0v5.5L19 18H5zM10 20.5h4';

const paths = {
  chat: 'M4 5.5h16v11H11l-4.5 4v-4H4zM8 9.5h8M8 12.75h5',
  down: 'm6 9.5 6 6 6-6',
  close: 'm6 6 12 12M18 6 6 18',
  send: 'M4.5 12 4 4.5 20.5 12 4 19.5zM4.5 12h7',
  clip: 'm19 11.5-7 7a4.5 4.5 0 0 1-6.5-6.5L13 4.5a3 3 0 0 1 4.5 4.5L10 16.5A1.5 1.5 0 0 1 8 14.5l7-7',
  smile: 'M12 3.5a8.5 8.5 0 1 0 0 17 8.5 8.5 0 0 0 0-17zM8.5 14c2 2.5 5 2.5 7 0M9 9.5v.5M15 9.5v.5',
  sound: bell,
  mute: `${bell}M4 4l16 16`,
  leave: 'M10 4.5H5v15h5M14 8l4 4-4 4M18 12H9.5',
  file: 'M6 3.5h8l4.5 4.5v12.5H6zM13.5 3.5V8.5h5',
  warn: 'M12 4 3 19.5h18zM12 10v4.5M12 17v.3',
  clock: 'M12 4a8 8 0 1 0 0 16 8 8 0 0 0 0-16zM12 8v4.2l2.8 1.6',
  one: 'm5 12.5 4.5 4.5L19 7.5',
  two: 'm2.5 12.5 4.2 4.5L15 7.5M12 16l1 1 8.5-9.5',
};

export type IconName = keyof typeof paths;

export function Icon({ name }: { name: IconName }) {
  return (
    <svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false">
      <path d={paths[name]} />
    </svg>
  );
}
