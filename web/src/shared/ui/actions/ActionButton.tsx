import { ActionIcon, Button, type ButtonProps, Menu, Tooltip } from '@mantine/core';
import { IconDots } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { type Action, shortcutText } from './action';
import classes from './actions.module.css';

export interface ActionButtonProps extends Pick<ButtonProps, 'size' | 'variant' | 'fullWidth'> {
  action: Action;
  /** Picture only; the label becomes its hint. */
  compact?: boolean;
  /** Pressed or not, for what switches something on: mute, hold. */
  pressed?: boolean;
  /** Marks the one thing to do here. */
  main?: boolean;
}

/** An action as a button. Its shortcut stands in the hint. */
export function ActionButton({
  action,
  compact,
  pressed,
  main,
  size,
  variant,
  fullWidth,
}: ActionButtonProps) {
  const color = action.danger ? 'red' : undefined;
  const shared = {
    onClick: action.perform,
    disabled: !action.allowed,
    'aria-pressed': pressed,
    'aria-keyshortcuts': action.shortcut?.replace(/Key|Digit/g, '').replace('Ctrl', 'Control'),
  };
  const hint = [
    compact ? action.label : '',
    action.shortcut ? shortcutText(action.shortcut) : '',
    action.reason ?? '',
  ]
    .filter(Boolean)
    .join(' · ');
  const button =
    compact && action.icon ? (
      <ActionIcon
        aria-label={action.label}
        color={color ?? 'gray'}
        size={size === 'md' ? 'var(--control-call)' : 'var(--control)'}
        variant={pressed || main ? 'filled' : (variant ?? 'default')}
        className={action.lit ? classes.lit : undefined}
        {...shared}
      >
        <action.icon size={17} stroke={1.7} aria-hidden />
      </ActionIcon>
    ) : (
      <Button
        color={color}
        size={size}
        fullWidth={fullWidth}
        variant={variant ?? (main || action.danger ? 'filled' : 'default')}
        className={action.lit ? classes.lit : undefined}
        leftSection={action.icon && <action.icon size={16} stroke={1.8} aria-hidden />}
        {...shared}
      >
        {action.label}
      </Button>
    );
  return hint ? <Tooltip label={hint}>{button}</Tooltip> : button;
}

/** Actions behind three dots. Forbidden ones are left out: the interface doesn't show what isn't there. */
export function ActionMenu({ actions, label }: { actions: Action[]; label?: string }) {
  const { t } = useTranslation();
  const allowed = actions.filter((action) => action.allowed);
  if (allowed.length === 0) return null;
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <ActionIcon aria-label={label ?? t('action.more')}>
          <IconDots size={17} aria-hidden />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        {allowed.map((action) => (
          <Menu.Item
            key={action.id}
            color={action.danger ? 'red' : undefined}
            leftSection={action.icon && <action.icon size={16} stroke={1.7} aria-hidden />}
            rightSection={action.shortcut && <kbd>{shortcutText(action.shortcut)}</kbd>}
            onClick={action.perform}
          >
            {action.label}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
