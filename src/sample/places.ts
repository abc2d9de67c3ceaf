/** The sample programme: who runs it, and where to get the partners' app. */
export const PROGRAMME = {
  name: 'Milton Keynes champions',
  place: 'Milton Keynes',
  time_zone: 'Europe/London',
  contact_email: 'hello@mkchampions.example',
  app_name: 'Hate Crime Network’s app',
  app_url: 'https://hatecrimenetwork.example/app',
};

/** Neighbourhoods of the one sample area, by slug. */
export const NEIGHBOURHOODS = {
  bletchley: 'Bletchley',
  bradwell: 'Bradwell',
  broughton: 'Broughton',
  'central-milton-keynes': 'Central Milton Keynes',
  fishermead: 'Fishermead',
  'great-linford': 'Great Linford',
  netherfield: 'Netherfield',
  'newport-pagnell': 'Newport Pagnell',
  olney: 'Olney',
  'stony-stratford': 'Stony Stratford',
  'walnut-tree': 'Walnut Tree',
  westcroft: 'Westcroft',
  'woburn-sands': 'Woburn Sands',
  wolverton: 'Wolverton',
} as const;

interface SampleVenue {
  neighbourhood: keyof typeof NEIGHBOURHOODS;
  name: string;
  address: string;
  directions: string;
  /** Spots within it; the first is where its events are unless they say otherwise. */
  pitches: readonly [string, ...string[]];
}

const venue = (
  neighbourhood: SampleVenue['neighbourhood'],
  name: string,
  address: string,
  directions: string,
  ...pitches: SampleVenue['pitches']
): SampleVenue => ({ neighbourhood, name, address, directions, pitches });

/** Venues by a short name; the directions are for someone who has never been. */
export const VENUES = {
  centre: venue(
    'central-milton-keynes',
    'Centre:MK',
    'Silbury Boulevard, Milton Keynes MK9 3ES',
    'Come in from Silbury Boulevard and walk to the middle of Silbury Arcade. The stall is near the Samsung shop: look for the plum-coloured cloth. The floor is level all the way, and there are seats close by.',
    'near the Samsung shop',
    'Middleton Hall',
  ),
  centralLibrary: venue(
    'central-milton-keynes',
    'Central library',
    '555 Silbury Boulevard, Milton Keynes MK9 3HL',
    'Go through the front doors to the desk and ask for the meeting room. There is a lift.',
    'meeting room',
    'front hall',
  ),
  station: venue(
    'central-milton-keynes',
    'Station Square',
    'Elder Gate, Milton Keynes',
    'Come out of the station’s front doors. The stall is straight ahead, under the canopy.',
    'under the canopy',
  ),
  market: venue(
    'central-milton-keynes',
    'Outdoor market',
    'Midsummer Boulevard, Milton Keynes',
    'From the bus stops on Midsummer Boulevard, walk down towards the bridge. The stall is at the end of the first row.',
    'first row',
  ),
  bletchley: venue(
    'bletchley',
    'Bletchley library',
    'Westfield Road, Bletchley',
    'Five minutes on foot from Queensway. Ring the bell by the ramp if the doors are heavy for you.',
    'community room',
  ),
  wolverton: venue(
    'wolverton',
    'Market square, Wolverton',
    'The Square, Wolverton',
    'The square is behind Church Street. The stall is on the side of the shops.',
    'by the shops',
  ),
  stony: venue(
    'stony-stratford',
    'Stony Stratford library',
    'Church Street, Stony Stratford',
    'Turn off the High Street at the church. The reading room is on the ground floor.',
    'reading room',
  ),
  newport: venue(
    'newport-pagnell',
    'Newport Pagnell library',
    'High Street, Newport Pagnell',
    'On the High Street, close to the bus stops. The entrance has no step.',
    'front hall',
  ),
  olney: venue(
    'olney',
    'Market Place, Olney',
    'Market Place, Olney',
    'The stall is on the side nearest the High Street, next to the benches.',
    'next to the benches',
  ),
  woburn: venue(
    'woburn-sands',
    'Memorial hall, Woburn Sands',
    'High Street, Woburn Sands',
    'Use the side door from the car park: it has a ramp.',
    'small hall',
  ),
  fishermead: venue(
    'fishermead',
    'Community centre, Fishermead',
    'Fishermead Boulevard, Milton Keynes',
    'The entrance is beside the shops. Push the green button and somebody will come.',
    'main hall',
  ),
  netherfield: venue(
    'netherfield',
    'Meeting place, Netherfield',
    'Farthing Grove, Netherfield',
    'Next to the local shops. Come to the door with the blue frame.',
    'lounge',
  ),
  westcroft: venue(
    'westcroft',
    'District centre, Westcroft',
    'Barnsdale Drive, Westcroft',
    'Outside the supermarket’s main doors, near the trolleys.',
    'by the main doors',
  ),
  bradwell: venue(
    'bradwell',
    'Village hall, Bradwell',
    'Vicarage Road, Bradwell',
    'The hall is opposite the church. Parking is in the lane behind it.',
    'main hall',
  ),
  linford: venue(
    'great-linford',
    'Memorial hall, Great Linford',
    'High Street, Great Linford',
    'Walk up the High Street from the canal bridge. The hall is on the left.',
    'committee room',
  ),
  walnutTree: venue(
    'walnut-tree',
    'Local centre, Walnut Tree',
    'Fyfield Barrow, Walnut Tree',
    'The stall is in the small square between the shops and the surgery.',
    'in the square',
  ),
  broughton: venue(
    'broughton',
    'Pavilion, Broughton',
    'Tanfield Lane, Broughton',
    'The pavilion stands at the edge of the playing field. Use the door on the car park’s side.',
    'community room',
  ),
} as const satisfies Record<string, SampleVenue>;

export type VenueKey = keyof typeof VENUES;
