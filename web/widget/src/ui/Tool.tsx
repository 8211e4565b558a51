import { Icon, type IconName } from './Icon';

interface ToolProps {
  icon: IconName;
  label: string;
  onClick(): void;
  class?: string;
  expanded?: boolean;
  pressed?: boolean;
  disabled?: boolean;
}

/** A button that is only an icon. */
export function Tool(p: ToolProps) {
  return (
    <button
      type="button"
      class={`tool ${p.class ?? ''}`}
      title={p.label}
      aria-label={p.label}
      aria-expanded={p.expanded}
      aria-pressed={p.pressed}
      disabled={p.disabled}
      onClick={p.onClick}
    >
      <Icon name={p.icon} />
    </button>
  );
}
