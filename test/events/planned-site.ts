import { parse } from 'node-html-parser';
import type { Test } from 'tap';
import { type TestBrowser, testApp } from '../helper.ts';
import { makeArea, makeChampion, makeKitItem, makeNeighbourhood, makePitch, makeVenue } from '../make.ts';
import { signedInCoordinator } from '../sign-in.ts';

/** A coordinator's area with a venue of two pitches, kit and a champion who can lead; and a form that passes. */
export const plannedSite = async (t: Test) => {
  const site = await testApp(t);
  const { db } = site;
  const area = await makeArea(db);
  const neighbourhood = await makeNeighbourhood(db, { area_id: area.id });
  const venue = await makeVenue(db, { neighbourhood_id: neighbourhood.id, insurance_minimum: 5_000_000 });
  const pitch = await makePitch(db, { venue_id: venue.id });
  const other = await makePitch(db, { venue_id: venue.id, name: 'by the fountain' });
  const kit = await makeKitItem(db, { area_id: area.id, name: 'Gazebo' });
  const lead = await makeChampion(db, { neighbourhood_id: neighbourhood.id, full_name: 'Leah Lead' });
  const { coordinator, browser } = await signedInCoordinator(site, { areaId: area.id });
  const form = {
    kind: 'stall',
    title: 'Stall at the library',
    summary: 'Come and say hello.',
    whatToExpect: 'Friendly people.',
    runBy: 'The partners',
    date: '2026-12-05',
    from: '11:00',
    to: '15:00',
    pitch: pitch.id,
    lead: 'none',
  };
  const slug = 'stall-at-the-library-2026-12-05';
  return {
    ...site,
    area,
    neighbourhood,
    venue,
    pitch,
    other,
    kit,
    lead,
    coordinator,
    carol: browser,
    form,
    slug,
    address: `/coordinate/events/${slug}`,
  };
};

export const words = (body: string) => parse(body).querySelector('main')!.text.replace(/\s+/g, ' ');

/** What a browser sends for a form with a file. */
export const postFile = (
  browser: TestBrowser,
  url: string,
  fields: Record<string, string>,
  file?: { name: string; type?: string; content: Buffer | string },
) => {
  const boundary = 'westand-test';
  const parts = Object.entries(fields).map(
    ([name, value]) => `--${boundary}\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`,
  );
  const head =
    file &&
    `--${boundary}\r\nContent-Disposition: form-data; name="file"; filename="${file.name}"\r\nContent-Type: ${file.type ?? 'application/pdf'}\r\n\r\n`;
  const payload = Buffer.concat([
    Buffer.from(parts.join('')),
    ...(head ? [Buffer.from(head), Buffer.from(file.content), Buffer.from('\r\n')] : []),
    Buffer.from(`--${boundary}--\r\n`),
  ]);
  return browser.send({
    method: 'POST',
    url,
    payload,
    headers: { 'content-type': `multipart/form-data; boundary=${boundary}` },
  });
};

/** Says of everything that an event at a venue needs that it is in place. */
export const passAll = async (browser: TestBrowser, address: string) => {
  const gates = ['permission', 'risk-assessment', 'insurance', 'lead', 'briefing', 'kit'];
  const answers = [];
  for (const gate of gates)
    answers.push(await postFile(browser, `${address}/gates/${gate}`, { insuredFor: '5,000,000', note: '' }));
  return answers.map(({ statusCode }) => statusCode);
};
