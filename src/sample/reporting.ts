/** How long a reporting route may be shown before a coordinator checks it again. */
const MONTHS_UNTIL_CHECK = 6;

const ROUTES = [
  {
    emergency: true,
    name: '999',
    what_for: 'You are in danger, or it is happening now.',
    phone: '999',
    url: null,
    coverage: 'Everywhere in the UK',
    hours: 'Day and night, every day',
    source: 'Police.uk',
    source_url: 'https://www.police.uk/pu/contact-us/',
  },
  {
    name: '101, the police',
    what_for: 'It is over, or not urgent, and you want to tell the police by phone.',
    phone: '101',
    url: null,
    coverage: 'England and Wales; it connects you to the police where you are',
    hours: 'Day and night, every day',
    source: 'Police.uk',
    source_url: 'https://www.police.uk/pu/contact-us/',
  },
  {
    name: 'True Vision',
    what_for: 'You would like to report online, for yourself or for someone else.',
    phone: null,
    url: 'https://www.report-it.org.uk/',
    coverage: 'England, Wales and Northern Ireland',
    hours: 'The form is open at any time',
    source: 'True Vision',
    source_url: 'https://www.report-it.org.uk/',
  },
  {
    name: 'Crimestoppers',
    what_for: 'You know something and don’t want to give your name.',
    phone: '0800 555 111',
    url: 'https://crimestoppers-uk.org/',
    coverage: 'The whole UK',
    hours: 'Day and night, every day',
    source: 'Crimestoppers',
    source_url: 'https://crimestoppers-uk.org/',
  },
  {
    name: 'Victims First',
    what_for: 'Free support after a crime, whether or not you have told the police.',
    phone: '0300 1234 148',
    url: 'https://www.victims-first.org.uk/',
    coverage: 'Thames Valley: Berkshire, Buckinghamshire with Milton Keynes, Oxfordshire',
    hours: 'See their website',
    source: 'Victims First',
    source_url: 'https://www.victims-first.org.uk/',
  },
  {
    name: 'Victim Support',
    what_for: 'Someone to talk to, at any hour, about any crime.',
    phone: '08 08 16 89 111',
    url: 'https://www.victimsupport.org.uk/',
    coverage: 'England and Wales',
    hours: 'Day and night, every day',
    source: 'Victim Support',
    source_url: 'https://www.victimsupport.org.uk/',
  },
  {
    name: 'Galop',
    what_for: 'Support for lesbian, gay, bisexual and transgender people.',
    phone: '0800 999 5428',
    url: 'https://galop.org.uk/',
    coverage: 'The whole UK',
    hours: 'See their website',
    source: 'Galop',
    source_url: 'https://galop.org.uk/',
  },
];

/** Where to report and find support, in the order of the page; without ids. */
export const reportingRoutes = (today: Temporal.PlainDate) =>
  ROUTES.map((route, index) => ({
    emergency: false,
    ...route,
    position: index + 1,
    check_by: today.add({ months: MONTHS_UNTIL_CHECK }).toString(),
  }));
