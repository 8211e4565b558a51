import { CloseButton } from '@mantine/core';
import { IconAlertTriangle, IconInfoCircle, IconPlugConnectedX } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import classes from './Banner.module.css';
import { type Args, useErrorWords } from './errorWords';

export interface BannerProps {
  tone?: 'bad' | 'warn' | 'info';
  /** What happened. */
  title: string;
  /** What it means and what to do. */
  text?: string;
  code?: string;
  icon?: typeof IconInfoCircle;
  /** A way out that needs one click, as «Ready». */
  action?: ReactNode;
  /** Without it the banner goes by itself only, when the condition ends. */
  onClose?: () => void;
}

const icons = { bad: IconAlertTriangle, warn: IconAlertTriangle, info: IconInfoCircle };

/** A condition, above the status bar. It pushes the desktop down instead of covering it. */
export function Banner({ tone = 'warn', title, text, code, icon, action, onClose }: BannerProps) {
  const { t } = useTranslation();
  const Sign = icon ?? icons[tone];
  return (
    <div className={classes.banner} data-tone={tone} role={tone === 'info' ? 'status' : 'alert'}>
      <Sign size={18} stroke={1.8} aria-hidden />
      <p className={classes.words}>
        <b>{title}</b> {text}
      </p>
      {action}
      {code && <span className={classes.code}>{code}</span>}
      {onClose && <CloseButton size="sm" c="inherit" aria-label={t('banner.dismiss')} onClick={onClose} />}
    </div>
  );
}

/** The banner of a code, in its own words. */
export function CodeBanner({
  code,
  args,
  ...rest
}: { code: string; args?: Args } & Omit<BannerProps, 'title' | 'text' | 'code'>) {
  const words = useErrorWords()(code, args);
  const gone = code === 'PAR-1007';
  return (
    <Banner
      tone={gone ? 'bad' : 'warn'}
      icon={gone ? IconPlugConnectedX : undefined}
      title={words.what}
      text={`${words.means} ${words.todo}`}
      code={code}
      {...rest}
    />
  );
}
