import type { RussianPlural, Translated } from '@/shared/i18n/words';
import type telephony from './en';

const ru: Translated<typeof telephony, RussianPlural> = {
  trunk: {
    test: 'Проверка',
    text: 'Parley спросит узел, на связи ли он (OPTIONS). Сначала сохраните изменения.',
    button: 'Проверить линию',
    ok: 'Линия отвечает.',
    bad: 'Линия не отвечает.',
    state: 'Связь',
    is: {
      unknown: 'Ещё не проверялась',
      up: 'На связи',
      down: 'Не отвечает',
      incoming: 'Только принимает звонки',
    },
    registration: {
      registered: 'Зарегистрирована',
      registering: 'Регистрируется',
      failed: 'Не зарегистрирована',
    },
    calls_one: 'Сейчас {{count}} звонок',
    calls_few: 'Сейчас {{count}} звонка',
    calls_many: 'Сейчас {{count}} звонков',
    calls_other: 'Сейчас {{count}} звонка',
    off: 'SIP на этой установке выключен: звонки не проходят. Попросите оператора установки задать sip-listen.',
    offShort: 'SIP выключен',
  },
  unanswered: {
    silent: 'Ответ не пришёл вовремя.',
    unknown: 'Имя узла неизвестно. ({{detail}})',
    refused: 'По этому адресу и порту никто не слушает.',
    unreached: 'Узел недоступен по сети. ({{detail}})',
  },
  prompt: {
    title: 'Звук',
    none: 'Звука ещё нет.',
    upload: 'Загрузить WAV или MP3',
    done: 'Звук сохранён',
  },
  help: {
    number: 'Как его набирают: +74951234567 или короткий.',
    trunkId: 'По какой линии приходит; пусто: по любой.',
    addresses: '203.0.113.7 или 203.0.113.0/28; остальным отказано.',
    password: 'Только записывается; пустой остаётся прежним.',
  },
  kind: {
    numbers: 'Телефонные номера',
    trunks: 'SIP-линии',
    prompts: 'Сообщения и музыка',
  },
  about: {
    numbers: 'Какой номер ведёт в какой сервис.',
    trunks: 'Линии операторов связи, АТС и телефоны SIP; вызовы принимаются только с них.',
    prompts: 'Что слышат звонящие: приветствия, сообщения, музыка.',
  },
  section: {
    registration: 'Регистрация',
  },
  field: {
    number: 'Номер',
    trunkId: 'Линия',
    addresses: 'Вызовы приходят с (адреса, сети)',
    host: 'Вызовы уходят на (узел:порт)',
    transport: 'Транспорт',
    codecs: 'Кодеки, лучший первым',
    user: 'Пользователь',
    password: 'Пароль',
    register: 'Регистрироваться на узле',
    millis: 'Длина',
  },
  option: {
    udp: 'UDP',
    tcp: 'TCP',
    G722: 'G.722 (HD)',
    PCMA: 'G.711 A-law',
    PCMU: 'G.711 µ-law',
  },
};
export default ru;
