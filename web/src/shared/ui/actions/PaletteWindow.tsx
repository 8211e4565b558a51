import { createSpotlight, Spotlight } from '@mantine/spotlight';
import { IconSearch } from '@tabler/icons-react';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { shortcutText } from './action';
import classes from './actions.module.css';
import { useOfferedActions } from './registry';

const [store, palette] = createSpotlight();

/** The palette itself. `asked` counts the wishes to see it. */
export default function PaletteWindow({ asked }: { asked: number }) {
  const { t } = useTranslation();
  const [query, setQuery] = useState('');
  const actions = useOfferedActions();
  useEffect(() => {
    if (asked > 0) palette.open();
  }, [asked]);
  const wanted = query.trim().toLocaleLowerCase();
  const found = actions.filter(
    (action) =>
      action.allowed &&
      action.id !== 'palette.open' &&
      `${action.group ?? ''} ${action.label}`.toLocaleLowerCase().includes(wanted),
  );
  return (
    <Spotlight.Root
      store={store}
      query={query}
      onQueryChange={setQuery}
      shortcut={null}
      scrollable
      maxHeight="24rem"
      title={t('palette.title')}
      classNames={{ header: 'unseen' }}
      overlayProps={{ backgroundOpacity: 0.35, blur: 0 }}
    >
      <Spotlight.Search
        placeholder={t('palette.placeholder')}
        aria-label={t('palette.placeholder')}
        leftSection={<IconSearch size={16} aria-hidden />}
      />
      <Spotlight.ActionsList>
        {found.map((action) => (
          <Spotlight.Action key={action.id} onClick={action.perform} className={classes.row}>
            <span className={classes.icon}>
              {action.icon && <action.icon size={17} stroke={1.7} aria-hidden />}
            </span>
            <span className={classes.label}>{action.label}</span>
            {action.group && <span className={classes.group}>{action.group}</span>}
            {action.shortcut && <kbd>{shortcutText(action.shortcut)}</kbd>}
          </Spotlight.Action>
        ))}
        {found.length === 0 && <Spotlight.Empty>{t('palette.nothing')}</Spotlight.Empty>}
      </Spotlight.ActionsList>
    </Spotlight.Root>
  );
}
