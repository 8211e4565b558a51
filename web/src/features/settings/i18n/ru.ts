import type { RussianPlural, Translated } from '@/shared/i18n/words';
import type words from './en';

const ru: Translated<typeof words, RussianPlural> = {
  title: 'Настройки',
  photo: 'Фото',
  photoText: 'Видят коллеги, а клиенты — если сервис показывает фото.',
  photoLocked: 'Изменить может только администратор.',
  picture: {
    choose: 'Выбрать картинку',
    replace: 'Заменить',
    remove: 'Убрать',
    none: 'Картинки нет',
    bad: 'Этот файл не подходит. PNG, JPEG или GIF, до 10 МБ и 32 млн точек.',
  },
  choices: 'Установки',
  pinnedTab: 'Включить вкладку «Закрепленные»',
  replyAll: 'Установить «Ответить всем» как ответ по умолчанию при отправке email',
  look: 'Вид',
  sound: 'Звук и устройства',
  messages: 'Звук сообщений в чатах, на которые я не смотрю',
  notices: 'Уведомления',
  noticesText: 'Система покажет предложение, пока открыта другая вкладка или программа.',
  noticesOn: 'Разрешены',
  noticesOff: 'Запрещены в браузере: разрешите их рядом с адресом.',
  noticesNone: 'В этом браузере на этом адресе их нет.',
  noticesAsk: 'Разрешить',
  here: 'Фото и установки действуют везде, остальное — только в этом браузере. Всё действует сразу.',
};
export default ru;
