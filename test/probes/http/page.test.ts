import { describe, expect, it } from 'vitest';
import { iconLink, metaRefreshes, pageTitle, scriptRedirects } from '../../../probes/http/page.ts';

describe('probes/http/page', () => {
  it.each([
    ['<title>Plain</title>', 'Plain'],
    ['<TITLE\n lang=en > A\r\n\t B </TITLE>', 'A B'],
    ['<title>a &amp; b &lt;c&gt; &quot;d&quot; &apos;e&#39; &#x41;&reg;</title>', 'a & b <c> "d" \'e\' A&reg;'],
    ['<title>never closed <body>', 'never closed'],
    ['<title></title>', undefined],
    ['<titles>no</titles>', undefined],
    ['<title', undefined],
    ['<svg><titlebar/></svg><title>x</title>', 'x'],
    ['no title', undefined],
    ['<title>&#0;&#xd800;&#99999999;</title>', '&#0;&#xd800;&#99999999;'],
  ])('title of %j', (page, title) => {
    expect(pageTitle(page)).toBe(title);
  });

  it('cuts a title without end', () => {
    expect(pageTitle(`<title>${'x'.repeat(100_000)}`)).toHaveLength(1024);
  });

  it.each([
    ['<meta http-equiv="refresh" content="0; url=/index.asp">', ['/index.asp']],
    ["<META content='5;URL=a.htm' HTTP-EQUIV=Refresh />", ['a.htm']],
    ['<meta http-equiv=refresh content="0;url=\'b.htm\'">', ['b.htm']],
    ['<meta http-equiv="refresh" content="30">', []],
    ['<meta http-equiv="content-type" content="url=x">', []],
    ['<metadata http-equiv="refresh" content="0;url=x">', []],
    ['<meta http-equiv="refresh" content="0;url=broken-off', []],
  ])('meta refresh in %j', (page, targets) => {
    expect(metaRefreshes(page)).toEqual(targets);
  });

  it.each([
    ["<script>location.href='/a'</script>", ['/a']],
    ['window.location.replace("/b");', ['/b']],
    ['top.location = "c.htm"', ['c.htm']],
    ["document.location.assign( 'd' )", ['d']],
    ['window.location.href = "/doc/page/login.asp?_" + (new Date()).getTime();', ['/doc/page/login.asp?_']],
    ['setTimeout("location.href=\'/e\'", 5)', ['/e']],
    ["x='location.href=\\'/f\\''", ['/f']],
    ['location.href = "http://" + location.host + "/g"', []],
    ['geolocation="x"; $location="y"; my-location="z"', []],
    ['if (location.href == "/h") return', []],
    ['location.reload()', []],
    ['location="/a";location="/a";location="/b"', ['/a', '/b']],
  ])('script redirect in %j', (page, targets) => {
    expect(scriptRedirects(page)).toEqual(targets);
  });

  it.each([
    ['<link rel="shortcut icon" href="/img/f.ico">', '/img/f.ico'],
    ["<LINK HREF='a.png' REL='icon'/>", 'a.png'],
    ['<link rel="stylesheet" href="x.css"><link rel=icon href=b.ico>', 'b.ico'],
    ['<link rel="icon" href="data:image/x-icon;,"><link rel="icon" href="c.ico">', 'c.ico'],
    ['<link rel="apple-touch-iconic" href="x">', undefined],
    ['<link rel="icon">', undefined],
    ['<linker rel="icon" href="x">', undefined],
  ])('icon link in %j', (page, href) => {
    expect(iconLink(page)).toBe(href);
  });

  it('is bounded on repetitive pages', () => {
    for (const piece of [
      '<',
      '<title',
      '<title ',
      '<meta ',
      '<meta http-equiv=refresh content="',
      '<link rel=icon ',
      'location',
      'location=',
      ' url = ',
      '&#',
      '"',
      '\\',
    ]) {
      const page = piece.repeat(50_000);
      expect(scriptRedirects(page).length).toBeLessThanOrEqual(4);
      expect(metaRefreshes(page).length).toBeLessThanOrEqual(60);
      expect(pageTitle(page)?.length ?? 0).toBeLessThanOrEqual(1024);
      expect(iconLink(page)?.length ?? 0).toBeLessThanOrEqual(1024);
    }
  });
});
