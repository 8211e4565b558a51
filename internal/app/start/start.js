// The start page: what comes up, then what is running and where to go. It asks /start.json and shows it; nothing else.
const words = {
  ru: {
    starting: 'Parley запускается…', lead: 'Демонстрационный контакт-центр работает. Он слушает только этот компьютер.',
    try: 'Что попробовать', try1: 'Откройте рабочее место Анны и сайт компании в двух окнах, войдите и нажмите «Начать смену», затем «Готов».',
    try2: 'На сайте откройте чат и напишите: у Анны появится предложение с обратным отсчётом и звуком. Примите его и пишите с обеих сторон.',
    try3: 'Отклоните следующий чат: он уйдёт Борису. Переведите чат в другой сервис или коллеге, завершите, выберите статус.',
    try5: 'На сайте нажмите «Позвонить нам» и разрешите микрофон: в трубке играет музыка, у Анны появляется звонок. Примите его, говорите, отключите микрофон, поставьте на удержание, наберите цифры.',
    try6: 'Напишите письмо: у Анны появится предложение «Ответить» или «Отложить». Ответ придёт на страницу почты покупателей, оттуда можно написать снова.',
    try4: 'У супервизора всё это видно сразу; в записях остаётся каждый контакт с объяснением, почему он попал к этому оператору.',
    places: 'Куда идти', parts: 'Что работает', note: 'Это демонстрация: пароли показаны здесь нарочно. Обычный запуск — parley serve без --demo и с другой папкой данных.',
    login: 'Имя', password: 'Пароль', agent: 'Рабочее место оператора', supervisor: 'Рабочее место супервизора', admin: 'Администрирование', site: 'Сайт компании с чатом и звонком', phone: 'Позвонить с любого SIP-телефона', mail: 'Написать письмо', post: 'Почта покупателей: ответы на письма', api: 'Описание API',
  },
  en: {
    starting: 'Parley is starting…', lead: 'The demo contact centre is running. It listens to this computer only.',
    try: 'What to try', try1: 'Open Anna’s desk and the company’s site in two windows, sign in, press “Start shift”, then “Ready”.',
    try2: 'Open the chat on the site and write: Anna gets an offer with a countdown and a ring. Accept it and write from both sides.',
    try3: 'Reject the next chat: it goes to Boris. Transfer a chat to another service or colleague, end it, pick a disposition.',
    try5: 'Press “Call us” on the site and allow the microphone: music plays and Anna gets a call. Accept it, talk, mute, hold, press digits.',
    try6: 'Write a mail: Anna is offered it to answer or to postpone. The answer comes to the customers’ post, from where you can write again.',
    try4: 'The supervisor sees all of it live; the records keep every contact and explain why it reached this agent.',
    places: 'Where to go', parts: 'What is running', note: 'This is a demo: the passwords are shown on purpose. A normal start is parley serve without --demo and with another data folder.',
    login: 'Name', password: 'Password', agent: 'Agent’s desk', supervisor: 'Supervisor’s desk', admin: 'Administration', site: 'Company site with chat and calls', phone: 'Call from any SIP phone', mail: 'Write a mail', post: 'Customers’ post: the answers to mails', api: 'API description',
  },
}

let lang = localStorage.getItem('parley.lang') ?? (navigator.languages.some((l) => l.startsWith('ru')) ? 'ru' : 'en')
let last = null

const el = (tag, props = {}, ...children) => {
  const e = Object.assign(document.createElement(tag), props)
  e.append(...children)
  return e
}

function place(p) {
  const t = words[lang]
  const card = el('div', { className: 'place' }, el('a', { href: p.url, target: '_blank', rel: 'noopener', textContent: t[p.kind] }), el('span', { className: 'who', textContent: p.url }))
  if (p.kind === 'phone') card.append(el('code', { textContent: `baresip -e "/uanew <sip:phone@127.0.0.1>;regint=0" -e "/dial ${p.url}"` }))
  if (p.command) card.append(el('code', { textContent: p.command }))
  if (p.login) {
    card.append(el('dl', {}, el('dt', { textContent: t.login }), el('dd', { textContent: p.login }), el('dt', { textContent: t.password }), el('dd', { textContent: p.password })))
  }
  return card
}

function line(s) {
  const li = el('li', {}, el('span', { textContent: s.name[lang] }))
  li.dataset.state = s.state
  if (s.detail) li.append(el('span', { className: 'detail', textContent: s.detail }))
  return li
}

function show() {
  document.documentElement.lang = lang
  for (const b of document.querySelectorAll('[data-lang]')) b.setAttribute('aria-pressed', String(b.dataset.lang === lang))
  for (const e of document.querySelectorAll('[data-t]')) e.textContent = words[lang][e.dataset.t]
  if (!last) return
  document.getElementById('progress').hidden = last.ready
  document.getElementById('ready').hidden = !last.ready
  document.getElementById('steps').replaceChildren(...last.steps.map(line))
  document.getElementById('parts').replaceChildren(...last.steps.map(line))
  document.getElementById('places').replaceChildren(...(last.places ?? []).map(place))
}

async function ask() {
  try {
    const r = await fetch('/start.json', { cache: 'no-store' })
    last = await r.json()
    show()
  } catch {
    // The server is between two moments of its start; ask again.
  }
  setTimeout(ask, last?.ready ? 5000 : 250)
}

for (const b of document.querySelectorAll('[data-lang]')) {
  b.addEventListener('click', () => {
    lang = b.dataset.lang
    localStorage.setItem('parley.lang', lang)
    show()
  })
}
show()
ask()
