"""What a student might hand in or print so that a page that shows it runs a script, or is taken over; and honest things.

Whatever runs sets `window.hit`, or asks for an address below `/hit`.
"""

import base64

from nbformat import NotebookNode, v4

HIT = "window.hit=(window.hit||[]).concat"
SVG = f'<svg xmlns="http://www.w3.org/2000/svg" width="30" height="20" onload="{HIT}(\'svg\')"><script>{HIT}("svg")</script><rect width="30" height="20" fill="teal"/></svg>'


def encoded(text):
    return base64.b64encode(text.encode()).decode()


OUTPUTS = {
    "a script": {"text/html": f"<script>{HIT}('script')</script>"},
    "a picture that fails": {"text/html": f"<img src=x onerror=\"{HIT}('img')\">"},
    "a drawing in HTML": {
        "text/html": f"<svg onload=\"{HIT}('inline svg')\"><animate onbegin=\"{HIT}('animate')\" attributeName=x dur=1s></svg>"
    },
    "a frame": {"text/html": f"<iframe srcdoc=\"<script>parent.{HIT}('srcdoc')</script>\"></iframe>"},
    "a frame of an address": {"text/html": f"<iframe src=\"javascript:parent.{HIT}('frame')\"></iframe>"},
    "an isolated page": {"text/html": f"<script>{HIT}('isolated')</script>"},
    "an object": {
        "text/html": f'<object data="data:text/html;base64,{encoded("<script>alert(1)</script>")}"></object><embed src="/hit/embed">'
    },
    "a page that moves on": {
        "text/html": "<meta http-equiv=refresh content='0;url=/hit/moved'><base href='https://picture.invalid/'>"
    },
    "an open box": {"text/html": f"<details open ontoggle=\"{HIT}('toggle')\"><summary>x</summary></details>"},
    "a field with the focus": {
        "text/html": f"<input autofocus onfocus=\"{HIT}('focus')\"><form action='/hit/form'><button id=hit>Show the table</button></form>"
    },
    "a button of the page's": {
        "text/html": '<button class="btn full-credit" id="outliers">Show the plot</button><div id="test_mean_squared_error">x</div>'
    },
    "a sheet over the page": {
        "text/html": "<div style='position:fixed;top:0;left:0;width:100%;height:100%;z-index:9999;background:url(/hit/css)'>x</div><style>@import '/hit/style'; body{display:none}</style>"
    },
    "mathematics that is none": {
        "text/html": f"<math><mtext><table><mglyph><style><!--</style><img title='--&gt;&lt;img src=1 onerror={HIT}(1)&gt;'></table></math>"
    },
    "a picture from outside": {
        "text/html": "<img src='/hit/picture'><img srcset='/hit/srcset 1x'><video src='/hit/video' poster='/hit/poster'></video>"
    },
    "a link that runs": {
        "text/html": f"<a class=bait href=\"javascript:{HIT}('link')\">x</a><a class=bait href='JaVa&#9;ScRiPt:{HIT}(1)'>y</a>"
    },
    "a template that closes": {"text/html": f"</div></div></pre></textarea></title><script>{HIT}('closed')</script>"},
    "a drawing": {"image/svg+xml": SVG},
    "a program": {"application/javascript": f"{HIT}('javascript')"},
    "a widget": {
        "application/vnd.jupyter.widget-view+json": {"model_id": f"</script><script>{HIT}('widget')</script>"}
    },
    "Markdown": {"text/markdown": f"<img src=x onerror=\"{HIT}('markdown')\">\n\n[x](javascript:{HIT}(1))"},
    "LaTeX": {"text/latex": f"$\\href{{javascript:{HIT}('latex')}}{{x}}$</script><script>{HIT}('latex')</script>"},
    "a picture that closes its tag": {"image/png": f"x\" onerror=\"{HIT}('png')"},
    "text": {"text/plain": f"<script>{HIT}('plain')</script>"},
}
TEXTS = {
    "raw HTML": f"<script>{HIT}('md script')</script><img src=x onerror=\"{HIT}('md img')\">",
    "links that run": f"[x](javascript:{HIT}(2)) <javascript:{HIT}(3)> [y]\n\n[y]: javascript:{HIT}(4)",
    "links of data": f"[x](data:text/html;base64,{encoded(f'<script>{HIT}(5)</script>')}) [y](evil.html) [z](/hit/relative)",
    "an attached drawing": "![d](attachment:d.svg)",
    "pictures from outside": "![x](/hit/md) ![y](//picture.invalid/hit) <img src='/hit/md2'>",
    "mathematics": f"$a<img src=x onerror={HIT}('math')>b$ $$\\href{{javascript:{HIT}('math')}}{{x}}$$ \\begin{{x}}<script>{HIT}('env')</script>\\end{{x}}",
    "a table": f"| <svg onload={HIT}('table')> | b |\n|---|---|\n| `<script>{HIT}(6)</script>` | <b onclick={HIT}(7)>x</b> |",
    "names of the page's": "<p id='outliers' class='score full-credit nbgrader_cell'>x</p><textarea id='outliers-comment' class='comment'></textarea>",
    "code in a fence": f"```html\"><script>{HIT}('fence')</script>\nx\n```",
}
HONEST = {
    "a table of pandas": {
        "text/html": '<div><style scoped>.dataframe{}</style><table border="1" class="dataframe"><thead><tr style="text-align: right;"><th>epoch</th></tr></thead><tbody><tr><td>0.693</td></tr></tbody></table></div>'
    },
    "a picture": {
        "image/png": "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
        "text/plain": "<Figure>",
    },
    "a plot as a drawing": {
        "image/svg+xml": '<svg xmlns="http://www.w3.org/2000/svg" width="31" height="21"><rect width="31" height="21" fill="teal"/></svg>',
        "text/plain": "<Figure>",
    },
    "a formula": {"text/latex": "$\\displaystyle x^{2} < y$", "text/plain": "x**2 < y"},
}
HONEST_TEXT = "**Strong**, a [link](https://example.org/a?b=c&d=e), $x < y$ and\n\n| loss | step |\n|---|---|\n| 0.5 | 7 |\n\n```python\nprint(1 < 2)\n```"


def cells_of_a_student():
    """Cells that hold all of it."""
    cells = []
    for name, data in (OUTPUTS | HONEST).items():
        output = v4.new_output("display_data", data)
        output.metadata = NotebookNode(
            {kind: {"isolated": name == "an isolated page", "width": "1 onclick=1", "alt": "x"} for kind in data}
        )
        cells.append(v4.new_code_cell(f"show({name!r})", outputs=[output]))
    cells.append(v4.new_code_cell(f"print('</pre><script>{HIT}(8)</script>')", outputs=[
        v4.new_output("stream", name="stdout", text=f"\x1b[31m<script>{HIT}(9)</script>\x1b[0m"),
        v4.new_output("error", ename="<b>", evalue="<b>", traceback=[f"<img src=x onerror={HIT}(10)>"]),
    ]))  # fmt: skip
    for text in [*TEXTS.values(), HONEST_TEXT]:
        cell = v4.new_markdown_cell(text)
        cell["attachments"] = NotebookNode({"d.svg": NotebookNode({"image/svg+xml": encoded(SVG)})})
        cells.append(cell)
    raw = v4.new_raw_cell(f"<script>{HIT}('raw')</script><a href='javascript:{HIT}(11)' id=outliers>x</a>")
    raw.metadata["raw_mimetype"] = ""
    cells.append(raw)
    for cell in cells:
        cell.metadata["tags"] = [f'x"><script>{HIT}(12)</script>']
        cell.metadata["magics_language"] = f'x"><script>{HIT}(13)</script>'
    return cells
