// Loads a page in Chromium and prints what was sent for it, as JSON: bytes of JavaScript and
// CSS (compressed, without headers), requests, and requests to other hosts.
import { chromium } from '@playwright/test';

const address = process.argv[2];
const browser = await chromium.launch({
	executablePath: process.env.CHROMIUM || '/usr/bin/chromium',
	args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking']
});
const page = await browser.newPage();
const session = await page.context().newCDPSession(page);
await session.send('Network.enable');
const kinds = new Map();
let bytes = 0;
let requests = 0;
const hosts = new Set();
session.on('Network.requestWillBeSent', ({ request }) => {
	if (!request.url.startsWith('http')) return;
	requests++;
	if (new URL(request.url).host !== new URL(address).host) hosts.add(new URL(request.url).host);
});
session.on('Network.responseReceived', ({ requestId, type }) => kinds.set(requestId, type));
session.on('Network.dataReceived', ({ requestId, encodedDataLength }) => {
	if (['Script', 'Stylesheet'].includes(kinds.get(requestId))) bytes += encodedDataLength;
});
await page.goto(address, { waitUntil: 'networkidle' });
await browser.close();
console.info(JSON.stringify({ bytes, requests, elsewhere: hosts.size, hosts: [...hosts] }));
