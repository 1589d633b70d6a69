// Elements without markup in strings: text is only ever set as text.

import { SupportError } from "./errors.js";

/**
 * @param {string} tag
 * @param {Record<string, string | boolean | number | null | undefined>} [attributes]
 *   true sets an empty attribute; false, null and undefined leave it out
 * @param {...(Node | string | null | false | undefined)} children
 * @returns {HTMLElement}
 */
export function el(tag, attributes = {}, ...children) {
  const $element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) setAttribute($element, name, value);
  for (const child of children) if (child) $element.append(child);
  return $element;
}

/** @param {Element} $element @param {string} name @param {string | boolean | number | null | undefined} value */
export function setAttribute($element, name, value) {
  if (value === false || value === null || value === undefined) $element.removeAttribute(name);
  else if ($element.getAttribute(name) !== String(value === true ? "" : value)) {
    $element.setAttribute(name, String(value === true ? "" : value));
  }
}

/** Touches the page only when the text differs. @param {Node} $node @param {string} text */
export function setText($node, text) {
  if ($node.textContent !== text) $node.textContent = text;
}

/**
 * The element with this id; a page without it is broken and says so at once.
 *
 * @param {string} id
 * @returns {HTMLElement}
 */
export function need(id) {
  const $element = document.getElementById(id);
  if (!$element) throw new SupportError("missing_element", `The page has no element ${id}.`);
  return $element;
}
