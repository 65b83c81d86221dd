/** What is wrong with a page for people with little sight, a keyboard or a screen reader. */
(() => {
  const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  const seen = (selector) =>
    [...document.querySelectorAll(selector)].filter((node) => node.checkVisibility());
  const shown = (node) => node.outerHTML.slice(0, 90);

  /** A CSS colour as red, green, blue and alpha from 0 to 255. */
  const rgba = (colour) => {
    canvas.clearRect(0, 0, 1, 1);
    canvas.fillStyle = colour;
    canvas.fillRect(0, 0, 1, 1);
    return [...canvas.getImageData(0, 0, 1, 1).data];
  };

  const blend = (top, under) => under.map((part, n) => (top[n] * top[3] + part * (255 - top[3])) / 255);

  /** The colour behind an element: its own background over those of what holds it. */
  const behind = (node) => {
    if (!node) return [255, 255, 255];
    const colour = rgba(getComputedStyle(node).backgroundColor);
    return colour[3] === 255 ? colour.slice(0, 3) : blend(colour, behind(node.parentElement));
  };

  const linear = (part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4);
  const luminance = (colour) => {
    const [red, green, blue] = colour.map((part) => linear(part / 255));
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  const contrast = (one, other) => {
    const [low, high] = [luminance(one), luminance(other)].sort((a, b) => a - b);
    return (high + 0.05) / (low + 0.05);
  };

  const hasText = (node) => [...node.childNodes].some((child) => child.nodeType === 3 && child.data.trim());
  const contrastOf = (node) => {
    const under = behind(node);
    return contrast(blend(rgba(getComputedStyle(node).color), under), under);
  };

  /** Texts with a contrast below 4.5 (WCAG 2.2, 1.4.3); what is switched off is exempt. */
  const faint = seen("body *")
    .filter((node) => hasText(node) && !node.closest(":disabled, svg, option"))
    .map((node) => [contrastOf(node), node])
    .filter(([ratio]) => ratio < 4.5)
    .map(([ratio, node]) => `contrast ${ratio.toFixed(2)}: ${shown(node)}`);

  /** Controls that a screen reader cannot name (4.1.2). */
  const named = (node) =>
    node.getAttribute("aria-label") || node.title || node.labels?.length || node.textContent.trim();
  const nameless = seen("button, input, select, textarea, a, iframe, dialog, summary, [role=log]")
    .filter((node) => !named(node))
    .map((node) => `no name: ${shown(node)}`);

  /** Targets below 24 by 24 pixels (2.5.8); a control inside its label has the label's size. */
  const small = seen("button, input, select, textarea, summary")
    .map((node) => [node, (node.closest("label") ?? node).getBoundingClientRect()])
    .filter(([, box]) => box.width < 24 || box.height < 24)
    .map(([node, box]) => `${box.width} by ${box.height}: ${shown(node)}`);

  /** Ids that stand twice, and references to ids that are not there. */
  const ids = [...document.querySelectorAll("[id]")].map((node) => node.id);
  const references = [...document.querySelectorAll("[aria-controls], [aria-labelledby], use")].flatMap(
    (node) => [
      node.getAttribute("aria-controls"),
      node.getAttribute("aria-labelledby"),
      node.tagName === "use" && node.getAttribute("href").slice(1),
    ],
  );
  const twice = ids.filter((id, place) => ids.indexOf(id) !== place).map((id) => `id twice: ${id}`);
  const missing = references.filter((id) => id && !ids.includes(id)).map((id) => `no such id: ${id}`);

  return [...faint, ...nameless, ...small, ...twice, ...missing];
})();
