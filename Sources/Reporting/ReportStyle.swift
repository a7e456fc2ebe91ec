/// How a report looks, by day, by night and on paper; no font and no picture comes from elsewhere.
let reportStyle = """
  :root {
    color-scheme: light dark;
    --text: #1d1d1f; --quiet: #62666d; --line: #ddd; --back: #fff; --card: #f5f6f8;
    --bar: #0072b2; --track: #dfe3e8; --right: #00755a; --wrong: #b84a00; --link: #005a8f;
    --shade: #0004;
  }
  @media screen and (prefers-color-scheme: dark) {
    :root {
      --text: #eee; --quiet: #aaa; --line: #444; --back: #16181b; --card: #23262b;
      --bar: #56b4e9; --track: #3a3f46; --right: #2fc79a; --wrong: #ff9248; --link: #7cc4f2;
      --shade: #fff5;
    }
  }
  body {
    margin: 0; background: var(--back); color: var(--text);
    font: 16px/1.5 system-ui, "DejaVu Sans", sans-serif;
  }
  main { max-width: 980px; margin: 0 auto; padding: 1rem; overflow-wrap: anywhere; }
  h1 { font-size: 1.6rem; line-height: 1.25; margin: .5rem 0; }
  h2 { font-size: 1.2rem; margin: 2.2rem 0 .4rem; }
  h3 { font-size: 1rem; margin: 1.2rem 0 .5rem; }
  .protocol { color: var(--quiet); margin: 0 0 1rem; }
  .note { border-left: 3px solid #e69f00; padding-left: .75rem; margin: .8rem 0; }
  .remark { font-size: .9rem; margin: .7rem 0; max-width: 46rem; }
  a { color: var(--link); }
  li { margin: .3rem 0; }
  nav ul {
    list-style: none; display: flex; flex-wrap: wrap; gap: .1rem 1.1rem; margin: 1.2rem 0 0;
    padding: .6rem .8rem; background: var(--card); border-radius: 8px; font-size: .95rem;
  }
  nav a { display: block; padding: .2rem 0; }
  .lead { color: var(--quiet); font-size: .9rem; margin: 0 0 .7rem; max-width: 46rem; }

  .metrics {
    display: grid; grid-template-columns: repeat(auto-fill, minmax(min(46%, 200px), 1fr));
    gap: .75rem; margin: 0;
  }
  .metrics div { background: var(--card); border-radius: 8px; padding: .6rem .8rem; }
  dt { color: var(--quiet); font-size: .85rem; }
  dd { margin: 0; font-size: 1.3rem; font-weight: 600; }
  .metrics .interval { color: var(--quiet); font-size: .8rem; font-weight: 400; }

  figure {
    margin: 0; background: #fff; border-radius: 8px; padding: 8px; overflow-x: auto;
    border: 1px solid var(--line); text-align: center;
  }
  figure svg { max-width: 100%; min-width: 340px; height: auto; }
  figure.large svg { min-width: 520px; }
  figure.wide svg { max-width: none; }
  figure.wide::before {
    content: "Wider than the page: scroll it sideways."; display: block; position: sticky; left: 0;
    width: fit-content; color: #62666d; font-size: .8rem;
  }
  .panels { display: grid; grid-template-columns: repeat(auto-fit, minmax(300px, 1fr)); gap: .8rem; }
  .panels.four { grid-template-columns: repeat(auto-fit, minmax(min(400px, 100%), 1fr)); }
  .panels svg { min-width: 0; }
  figure + .scroll { margin-top: .8rem; }

  .panels + .scroll, .scroll + .cards { margin-top: .8rem; }

  /* A shade at an edge says that there is more beyond it; what scrolls along covers it at the end. */
  .scroll {
    overflow-x: auto; background: var(--sides);
    --sides:
      linear-gradient(to right, var(--back) 40%, transparent) left / 2.5rem 100% no-repeat local,
      linear-gradient(to left, var(--back) 40%, transparent) right / 2.5rem 100% no-repeat local,
      linear-gradient(to right, var(--shade), transparent) left / .9rem 100% no-repeat scroll,
      linear-gradient(to left, var(--shade), transparent) right / .9rem 100% no-repeat scroll;
  }
  .long {
    max-height: 34rem; overflow-y: auto;
    background:
      linear-gradient(to top, var(--back) 40%, transparent) bottom / 100% 2.5rem no-repeat local,
      linear-gradient(to top, var(--shade), transparent) bottom / 100% .9rem no-repeat scroll,
      var(--sides);
  }
  .long th { position: sticky; top: 0; background: var(--back); }
  table {
    border-collapse: collapse; width: 100%; font-size: .9rem; overflow-wrap: normal;
    font-variant-numeric: tabular-nums;
  }
  th, td { text-align: right; padding: .3rem .6rem; border-bottom: 1px solid var(--line); }
  th:first-child, td:first-child { text-align: left; }
  th { color: var(--quiet); }
  table:not(.words) td { white-space: nowrap; }
  .words th, .words td, .pairs :is(th, td):nth-child(2) { text-align: left; }
  /* Names may be of any length: they break, and figures stay in sight. */
  table:not(.words) td:first-child, .pairs td:nth-child(2) {
    white-space: normal; overflow-wrap: anywhere; min-width: 6.5rem; max-width: 18rem;
  }

  .cards { display: grid; grid-template-columns: repeat(auto-fill, minmax(150px, 1fr)); gap: .8rem; }
  .cards.explained { grid-template-columns: repeat(auto-fill, minmax(290px, 1fr)); }
  .card {
    background: var(--card); border-radius: 8px; padding: .7rem; min-width: 0;
    border-top: 4px solid var(--right);
  }
  .card.wrong { border-top-color: var(--wrong); }
  .pictures { display: flex; gap: .6rem; }
  .pictures > * { flex: 1 1 0; min-width: 0; }
  .cards:not(.explained) .pictures img { max-width: 190px; margin: 0 auto; }
  .pictures img { display: block; width: 100%; border-radius: 4px; image-rendering: pixelated; }
  .cards.plots { grid-template-columns: repeat(auto-fill, minmax(min(290px, 100%), 1fr)); }
  .cards.plots.explained { grid-template-columns: repeat(auto-fill, minmax(min(420px, 100%), 1fr)); }
  .plots .pictures { flex-direction: column; }
  .plots .pictures > div { background: #fff; border-radius: 4px; padding: 3px; }
  .plots .pictures svg { display: block; width: 100%; height: auto; }
  .plots .pictures svg image { image-rendering: pixelated; }
  .card p { font-size: .85rem; line-height: 1.35; margin: .15rem 0; }
  .card .verdict { font-weight: 600; margin-top: .5rem; color: var(--right); }
  .card.wrong .verdict { color: var(--wrong); }
  .card .quiet { color: var(--quiet); }
  .card .doubt { border-left: 3px solid #e69f00; padding-left: .4rem; }
  .card.found { border-top-color: #e69f00; }
  .card.found .verdict { color: inherit; margin: 0 0 .4rem; }
  .card.found .pictures > * { max-width: 8rem; }
  .answers { font-size: .8rem; margin-top: .4rem; font-variant-numeric: tabular-nums; }
  .answer { display: grid; grid-template-columns: 1fr auto; column-gap: .4rem; }
  .answer span:first-child { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
  .track { grid-column: 1 / -1; height: 5px; background: var(--track); border-radius: 3px; }
  .card.compared { border-top-color: var(--bar); }
  .compared .answers p { margin: .1rem 0; }
  .compared .hit { color: var(--right); }
  .compared .miss { color: var(--wrong); }
  .track i { display: block; height: 5px; background: var(--bar); border-radius: 3px; }

  @media (max-width: 480px) { th, td { padding: .3rem .35rem; } }
  @media screen and (max-width: 570px) {
    figure.large::before {
      content: "Wider than the screen: scroll it sideways."; display: block; position: sticky;
      left: 0; width: fit-content; color: #62666d; font-size: .8rem;
    }
  }
  @media print {
    :root { color-scheme: light; }
    body { font-size: 11pt; }
    main { max-width: none; padding: 0; }
    nav { display: none; }
    .card, figure, tr, li, .lead, .metrics div { break-inside: avoid; }
    h2, h3, .lead { break-after: avoid; }
    .long { max-height: none; }
    .scroll, figure { overflow: visible; background: none; }
    figure svg, figure.large svg { min-width: 0; max-width: 100%; }
    figure.wide::before { content: none; }
    table { font-size: 8.5pt; }
    table:not(.words) td { white-space: normal; }
    th, td { padding: .15rem .3rem; }
    .panels, .panels.four { grid-template-columns: 1fr 1fr; }
    p { orphans: 3; widows: 3; }
    .track, .track i { print-color-adjust: exact; }
  }

  """
