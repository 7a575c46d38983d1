"""The sentences that synthetic authors draw their habits from, by what a sentence does.

Slots: {n} a number, {unit} what is counted, {aspect} and {aspect2} something that belongs to
the object ({is} and {has} agree with it), {thing} the object, {result} what comes out,
{avoid} and {avoid2} things to leave out, {audience} ({reader_is} agrees), {tone}, {tone2},
{format},
{m} a small number of {item}, {it} for the aspect.
"""

from __future__ import annotations

LENGTH = (
    "Use exactly {n} {unit}.",
    "Use {n} {unit}.",
    "Write {n} {unit}.",
    "Write exactly {n} {unit}.",
    "Keep it to {n} {unit}.",
    "Keep it under {n} {unit}.",
    "No more than {n} {unit}.",
    "At most {n} {unit}.",
    "Max {n} {unit}.",
    "Maximum {n} {unit}.",
    "{n} {unit}, no more.",
    "{n} {unit} max.",
    "Limit yourself to {n} {unit}.",
    "Limit the {result} to {n} {unit}.",
    "The {result} should have {n} {unit}.",
    "The {result} must be {n} {unit} long.",
    "The {result} should not be longer than {n} {unit}.",
    "It should be about {n} {unit}.",
    "Aim for about {n} {unit}.",
    "Do not write more than {n} {unit}.",
    "Don't go over {n} {unit}.",
    "Stay below {n} {unit}.",
    "Give me {n} {unit}.",
    "{n} {unit} will do.",
    "Length: {n} {unit}.",
    "I want exactly {n} {unit}, not one more.",
    "Please keep it within {n} {unit}.",
    "{n} {unit} are enough.",
)

ENSURE = (
    "Make sure the {aspect} {is} {done}.",
    "Make sure that the {aspect} {is} {done}.",
    "Make sure to include the {aspect}.",
    "Make sure you mention the {aspect}.",
    "Ensure the {aspect} {is} {done}.",
    "Be sure to include the {aspect}.",
    "Include the {aspect}.",
    "Include the {aspect} and the {aspect2}.",
    "Mention the {aspect}.",
    "Mention the {aspect} and the {aspect2}.",
    "Name the {aspect}.",
    "State the {aspect} clearly.",
    "Give the {aspect}.",
    "Always mention the {aspect}.",
    "Pay attention to the {aspect}.",
    "Focus on the {aspect}.",
    "Focus on the {aspect} and the {aspect2}.",
    "Highlight the {aspect}.",
    "Point out the {aspect}.",
    "Cover the {aspect} and the {aspect2}.",
    "It should cover the {aspect}.",
    "The {aspect} must be {done}.",
    "The {aspect} should be easy to find.",
    "The {aspect} {is} the most important part.",
    "Do not forget the {aspect}.",
    "Don't forget the {aspect}.",
    "Say something about the {aspect}.",
    "I need to see the {aspect}.",
    "I also want the {aspect} in there.",
    "Take the {aspect} into account.",
    "Put the {aspect} in bold.",
    "Describe the {aspect} in one sentence.",
    "Check the {aspect} twice.",
    "Explain the {aspect} briefly.",
    "Without the {aspect} it is useless to me.",
    "Please include the {aspect}.",
    "The {aspect} {has} to be there.",
    "List the {aspect} separately.",
    "Keep the {aspect} short.",
)

DONE = (
    "named", "mentioned", "included", "clear", "stated", "explained", "covered", "correct",
    "easy to see", "described", "visible", "listed", "present", "realistic", "specific",
)  # fmt: skip

ORDER = (
    "Start with the {aspect}.",
    "Begin with the {aspect}.",
    "Start with a short introduction.",
    "Put the {aspect} first.",
    "The {aspect} should come first.",
    "End with the {aspect}.",
    "End with a question.",
    "End with one sentence about the {aspect}.",
    "Finish with the {aspect}.",
    "Close with a short conclusion.",
    "The last sentence should be about the {aspect}.",
    "Put the {aspect} at the end.",
    "First the {aspect}, then the {aspect2}.",
    "Order everything by importance.",
    "Go from simple to difficult.",
    "Begin with one sentence that sums everything up.",
    "End with a call to action.",
    "Group everything by {aspect}.",
    "Use the {aspect} as the title.",
)

EXCLUDE = (
    "Do not use {avoid}.",
    "Don't use {avoid}.",
    "Do not use {avoid} or {avoid2}.",
    "Avoid {avoid}.",
    "Avoid {avoid} and {avoid2}.",
    "No {avoid}.",
    "No {avoid}, no {avoid2}.",
    "Leave out {avoid}.",
    "Leave out the {aspect}.",
    "Skip the {aspect}.",
    "Do not mention the {aspect}.",
    "Don't mention the {aspect}.",
    "Ignore the {aspect}.",
    "Stay away from {avoid}.",
    "Never use {avoid}.",
    "Without {avoid}.",
    "There should be no {avoid}.",
    "Please avoid {avoid}.",
    "I don't want any {avoid}.",
    "Cut {avoid}.",
    "Do not invent facts.",
    "Don't make anything up.",
    "Do not repeat yourself.",
    "Do not change the {aspect}.",
    "Do not add anything that is not in the {thing}.",
)

FORMAT = (
    "Write it as a {format}.",
    "Format it as a {format}.",
    "Use a {format}.",
    "Present it as a {format}.",
    "Give it to me as a {format}.",
    "Put everything in a {format}.",
    "The output should be a {format}.",
    "Output format: {format}.",
    "Return a {format}.",
    "Structure it as a {format}.",
    "Use a table with columns for {aspect} and {aspect2}.",
    "Make a table with the {aspect} in the first column.",
    "Use headings for the {aspect} and the {aspect2}.",
    "Separate the parts with blank lines.",
    "Use short paragraphs.",
    "Number each point.",
    "Put each point on its own line.",
    "Use one line for each point.",
    "Write in full sentences.",
    "Add a title.",
    "Give it a short title.",
)

STYLE = (
    "Use a {tone} tone.",
    "Use a {tone} and {tone2} tone.",
    "Keep the tone {tone}.",
    "The tone should be {tone}.",
    "The tone is {tone} and {tone2}.",
    "Tone: {tone}.",
    "Write in a {tone} style.",
    "Keep it {tone}.",
    "Make it {tone}.",
    "Make it sound {tone}.",
    "It should sound {tone}, not {tone2}.",
    "Be {tone}.",
    "Be {tone} and {tone2}.",
    "Use simple words.",
    "Use plain language.",
    "Use everyday words.",
    "Keep the sentences short.",
    "Use short sentences.",
    "Write in the present tense.",
    "Write in the second person.",
    "Use active verbs.",
    "Explain every difficult word.",
    "Use an example.",
    "Give one example for each point.",
    "Add a concrete example.",
    "Use a comparison from everyday life.",
    "Be specific.",
    "Be concise.",
    "Get to the point quickly.",
    "Sound like a real person.",
)

AUDIENCE = (
    "{Reader_is} {audience}.",
    "Write for {audience}.",
    "It is for {audience}.",
    "Audience: {audience}.",
    "The intended audience: {audience}.",
    "Explain it as you would to {audience}.",
    "It should make sense to {audience}.",
    "Keep in mind that it is meant for {audience}.",
    "Imagine you are talking to {audience}.",
    "My readers are {audience}.",
    "Pretend {reader_is} {audience}.",
)

CLOSE = (
    "Show only the {result}.",
    "Show only the {result} and the {aspect}.",
    "Show the {result} first, then the {aspect}.",
    "Return only the {result}.",
    "Only output the {result}.",
    "Output only the {result}, nothing else.",
    "Answer with the {result} only.",
    "Give me only the {result}.",
    "Just the {result}, please.",
    "Only show the final {result}.",
    "No explanations, just the {result}.",
    "Do not explain your choices.",
    "Don't explain what you did.",
    "Do not add any comments.",
    "Reply with the {result} and nothing else.",
    "Nothing else.",
    "No introduction and no closing remarks.",
    "If something is unclear, ask me first.",
    "Ask me questions before you start.",
    "Ask if you need more information.",
    "If information is missing, say so.",
    "If you are not sure, say so.",
    "Think step by step.",
    "Take your time.",
    "Double-check the {result} before you answer.",
    "Check your work before you send it.",
    "Thanks!",
    "Thank you in advance.",
    "Thank you.",
    "Thanks a lot for your help!",
    "Surprise me.",
    "Keep it simple.",
    "Quality matters more than length.",
    "Give me two versions.",
    "Give me three options to choose from.",
    "Then tell me how to improve it.",
    "Explain your reasoning at the end.",
    "Stop when you are done.",
    "Let me know what you changed.",
    "Wait for my answer before you go on.",
    "Do it in one go.",
    "This is important to me.",
    "Make every word count.",
)

COUNTED = (
    "Add {m} {item}.",
    "Add {m} {item} about the {aspect}.",
    "Give {m} {item}.",
    "Give {m} {item} for the {aspect}.",
    "Include at least {m} {item}.",
    "Include exactly {m} {item}.",
    "Make sure there {are_m} {m} {item}.",
    "Make sure it has {m} {item}.",
    "Use {m} {item}.",
    "Use {m} {item} on the {aspect}.",
    "End with {m} {item}.",
    "Start with {m} {item}.",
    "Write {m} {item} on the {aspect}.",
    "There should be {m} {item}.",
    "I want {m} {item}.",
    "No more than {m} {item}.",
    "At least {m} {item}.",
    "Then list {m} {item}.",
    "For the {aspect}, give {m} {item}.",
    "Close with {m} {item} for the reader.",
)

ITEMS = (
    "example", "reason", "question", "tip", "detail", "comparison", "quote", "title", "mistake",
    "fact", "number", "keyword", "warning", "idea", "option", "picture", "heading", "joke",
    "link", "next step", "short sentence", "paragraph", "exercise", "definition", "hint",
)  # fmt: skip

CASES = (
    "If there {is} no {aspect}, say so.",
    "If there {is} no {aspect}, leave {it} out.",
    "If the {aspect} {is} missing, ask me.",
    'If the {aspect} {is} missing, write "unknown".',
    "If the {aspect} {is} unclear, make a note of it.",
    "If the {aspect} {is} wrong, correct {it}.",
    "When the {aspect} {is} not clear, say what is missing.",
    "If you have to guess the {aspect}, say that it is a guess.",
    "If it gets too long, cut the {aspect} first.",
    "Unless I say otherwise, keep the {aspect}.",
)

FAMILIES: dict[str, tuple[str, ...]] = {
    "length": LENGTH,
    "ensure": ENSURE,
    "order": ORDER,
    "exclude": EXCLUDE,
    "format": FORMAT,
    "style": STYLE,
    "audience": AUDIENCE,
    "counted": COUNTED,
    "cases": CASES,
}

# How an author leads into the task itself: {task} is "summarize the article", {Task} the same
# with a capital, {gerund} "summarizing the article".
PLAIN_OPENINGS = (
    "{Task}.", "{Task}.", "{Task}.", "{Task}.", "Please {task}.", "Your task is to {task}.",
    "I want you to {task}.", "I need you to {task}.", "Your job is to {task}.",
    "Your goal is to {task}.", "Now {task}.", "You will {task}.", "You have to {task}.",
    "Task: {task}.", "Carefully {task}.", "In this task you {task}.", "You must {task}.",
)  # fmt: skip

COURTEOUS_OPENINGS = (
    "Could you please {task}?", "Would you please {task}?", "Can you {task} for me, please?",
    "I would be grateful if you could {task}.", "I would like you to {task}, please.",
    "Please be so kind as to {task}.", "Hello! Could you {task}?", "Please help me {task}.",
    "Would you mind {gerund}?", "It would be great if you could {task}.",
    "I'd appreciate it if you could {task}.", "May I ask you to {task}?",
)  # fmt: skip

CHATTY_OPENINGS = (
    "Hey, can you {task}?", "Hi! I need to {task} and could use some help.",
    "So I have to {task} and I'm a bit stuck.", "Ok, let's {task}.", "Hey there, please {task}.",
    "I'm trying to {task}, can you help?", "Alright, {task}.", "Help me {task}, will you?",
    "I really need some help {gerund}.", "Quick one: {task}.", "Let's {task} together.",
    "I've been putting this off, but I have to {task}.", "Ok so here's the deal: {task}.",
    "Can you do me a favor and {task}?", "I could use a hand {gerund}.",
)  # fmt: skip

QUESTION_OPENINGS = (
    "How would you {task}?", "What is the best way to {task}?", "How do I {task}?",
    "Can you show me how to {task}?", "What would you write if you had to {task}?",
    "How can I {task} without wasting time?", "What do I need in order to {task}?",
)  # fmt: skip

ROLE_OPENINGS = (
    "You are {a_role}. {Task}.", "Act as {a_role}. {Task}.", "Act as {a_role} and {task}.",
    "I want you to act as {a_role}. {Task}.", "You are an experienced {role}. {Task}.",
    "As {a_role}, {task}.", "Imagine you are {a_role}. {Task}.", "Pretend to be {a_role}. {Task}.",
    "Take the role of {a_role}. Your task is to {task}.", "You're {a_role}. {Task}.",
    "Play the part of {a_role}. {Task}.", "You are {a_role} with 20 years of experience. {Task}.",
    "I want you to act as {a_role}. You will {task}.", "Role: {role}. Task: {task}.",
)  # fmt: skip

# Section names of those who write with headings: task, rules, output.
SECTION_NAMES = (
    ("Task", "Requirements", "Output"), ("Goal", "Rules", "Format"),
    ("Instructions", "Constraints", "Output format"), ("What I need", "Please note", "Result"),
    ("Objective", "Guidelines", "Deliverable"), ("Job", "Do and don't", "Answer"),
    ("Assignment", "Conditions", "Return"), ("TASK", "RULES", "OUTPUT"),
    ("Request", "Details", "Final answer"), ("Purpose", "Checklist", "Output"),
)  # fmt: skip

SECTION_FORMS = ("## {name}\n", "# {name}\n", "**{name}**\n", "{name}:\n", "### {name}\n",
                 "[{name}]\n", "{name} - ", "{name}: ", "**{name}:** ")  # fmt: skip

LIST_MARKS = ("- ", "* ", "1. ", "1) ", "- [ ] ", "+ ", "-> ", "> ")

# Where the material goes, when the author pastes it.
MATERIAL = (
    "Here is the {thing}:\n[{thing}]", "{Thing}: [{thing}]", "Text: [text]",
    "The {thing}: [paste here]", "Here it is: [{thing}]", '"""\n[{thing}]\n"""',
    "Input: [{thing}]", "[paste the {thing} here]", "The {thing} follows below.",
    "I will paste the {thing} below.", "<{thing}>",
)  # fmt: skip

REQUESTS_VERB = (
    "Make a prompt that {third}.", "Make a prompt that {third}", "Write a prompt that {third}.",
    "Create a prompt that {third}.", "I need a prompt that {third}.", "a prompt that {third}",
    "Make a prompt to {task}.", "I need a prompt to {task}.", "Write me a prompt to {task}",
    "Give me a prompt for {gerund}.", "I need a prompt for {gerund}", "prompt for {gerund}",
    "Can you write a prompt that {third}?", "I want a prompt that {third}.", "{task}",
    "{Task}.", "I want to {task}.", "help me {task}", "Generate a prompt to {task}.",
    "I'd like a prompt that {third}.", "Prompt that {third}", "How do I ask it to {task}?",
    "What prompt would {task}?", "Need something that {third}", "{gerund}", "{Gerund}",
    "Ask for help with {gerund}.", "How should I prompt a model to {task}?", "How do I {task}?",
    "how to {task}", "I have to {task}",
)  # fmt: skip

REQUESTS_NOUN = (
    "{np}", "{np}", "Make a prompt about {np}.", "prompt for {np}", "I need a prompt for {np}.",
    "something for {np}", "{Np}", "Give me a prompt for {np}.", "Write a prompt for {np}",
    "Make a prompt for {np}.", "A prompt for {np}, please.", "Something to do with {np}",
)  # fmt: skip
