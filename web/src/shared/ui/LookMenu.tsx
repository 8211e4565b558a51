import { ActionIcon, Menu, SegmentedControl, Tooltip } from '@mantine/core';
import { IconSunMoon } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { chooseLanguage, languages } from '@/shared/i18n/i18n';
import { type Density, type Scheme, type TextSize, useLook } from '@/shared/lib/look';
import classes from './LookMenu.module.css';

/** Theme, text size, rows and language, each applied at once and remembered here. */
export function LookChoice() {
  const { t, i18n } = useTranslation();
  const { scheme, textSize, density, set } = useLook();
  const schemes: Scheme[] = ['auto', 'light', 'dark'];
  const sizes: TextSize[] = ['small', 'normal', 'large'];
  const densities: Density[] = ['normal', 'compact'];
  return (
    <div className={classes.choice}>
      <Choice
        label={t('look.theme')}
        value={scheme}
        options={schemes.map((value) => ({ value, label: t(`look.scheme.${value}`) }))}
        onChange={(value) => set({ scheme: value })}
      />
      <Choice
        label={t('look.textSize')}
        value={textSize}
        options={sizes.map((value) => ({ value, label: t(`look.size.${value}`) }))}
        onChange={(value) => set({ textSize: value })}
      />
      <Choice
        label={t('look.density')}
        value={density}
        options={densities.map((value) => ({ value, label: t(`look.dense.${value}`) }))}
        onChange={(value) => set({ density: value })}
      />
      <Choice
        label={t('look.language')}
        value={i18n.language}
        options={languages.map((value) => ({ value, label: ownName(value) }))}
        onChange={(value) => void chooseLanguage(value)}
      />
    </div>
  );
}

/** The same behind a button of the status bar. */
export function LookMenu() {
  const { t } = useTranslation();
  return (
    <Menu position="bottom-end" closeOnItemClick={false}>
      <Menu.Target>
        <Tooltip label={t('look.theme')}>
          <ActionIcon aria-label={t('look.theme')}>
            <IconSunMoon size={18} stroke={1.7} aria-hidden />
          </ActionIcon>
        </Tooltip>
      </Menu.Target>
      <Menu.Dropdown role="group" aria-label={t('look.theme')}>
        <LookChoice />
      </Menu.Dropdown>
    </Menu>
  );
}

interface ChoiceProps<V extends string> {
  label: string;
  value: V;
  options: { value: V; label: string }[];
  onChange: (value: V) => void;
}

function Choice<V extends string>({ label, value, options, onChange }: ChoiceProps<V>) {
  return (
    <div className={classes.row}>
      <span className={classes.label}>{label}</span>
      <SegmentedControl
        size="xs"
        aria-label={label}
        data={options}
        value={value}
        onChange={(next) => onChange(next as V)}
      />
    </div>
  );
}

// «Русский», «English»: each language in its own words.
function ownName(tag: string): string {
  const name = new Intl.DisplayNames([tag], { type: 'language' }).of(tag) ?? tag;
  return name.charAt(0).toLocaleUpperCase(tag) + name.slice(1);
}
