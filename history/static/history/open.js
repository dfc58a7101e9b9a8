"use strict";

// Says every half minute that this form is still open, and shows who else has it open.
{
  const others = document.getElementById("others");
  const shown = () => [...others.children].map((each) => each.textContent).join("\n");
  const show = (sentences) => {
    // Spoken by a screen reader when it changes, and only then.
    if (sentences.join("\n") === shown()) return;
    others.replaceChildren(
      ...sentences.map((sentence) => Object.assign(document.createElement("p"), { textContent: sentence })),
    );
  };
  const beat = async () => {
    const token = others.closest("form").elements.csrfmiddlewaretoken.value;
    try {
      const answer = await fetch(others.dataset.address, { method: "POST", headers: { "X-CSRFToken": token } });
      if (answer.redirected || answer.status === 403) {
        show(["Your sign-in has ended. What you type is kept in this browser: save, sign in again, and put it back."]);
      } else if (answer.ok) {
        show((await answer.json()).others);
      }
    } catch {
      // No network just now. The next beat tries again; what is typed is kept meanwhile.
    }
  };
  if (others) {
    beat();
    setInterval(beat, 30_000);
  }
}
