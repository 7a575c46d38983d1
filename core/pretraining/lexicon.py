"""What the synthetic authors ask for: verbs, the things they act on, and what is in those things.

Each object line is `name | aspect, aspect, ...`; an aspect is something that a prompt about
the object might insist on. A leading `~` marks a name that takes no article. Nothing here is
taken from `assets/starter_likes.jsonl` or from an evaluation author.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_AFTER_HEAD = re.compile(r" (?:who|with|of|for|in|at) ")


@dataclass(frozen=True)
class Verb:
    """A task verb: "summarize", "summarizes", "summarizing", and what comes out: "summary"."""

    base: str
    third: str
    gerund: str
    result: str


@dataclass(frozen=True)
class Thing:
    """Something to act on, with its article ("a", "an" or ""), and what belongs to it."""

    name: str
    article: str
    aspects: tuple[str, ...]


def with_article(name: str) -> str:
    """The indefinite article that `name` takes, by its spelling."""
    lower = name.lower()
    if lower.startswith(("uni", "use", "eu", "one", "u.s", "rest ")):
        return "a"
    first = name.split()[0]
    if first.isupper() and len(first) > 1:
        return "an" if first[0] in "AEFHILMNORSX" else "a"
    return "an" if lower[:1] in "aeiou" or lower.startswith(("hour", "honest")) else "a"


def is_plural(noun: str) -> bool:
    """Whether a noun phrase takes "are", by its last word."""
    last = (
        noun.split(" who ")[0]
        .split(" with ")[0]
        .split(" of ")[0]
        .split(" for ")[0]
        .split(" in ")[0]
        .split()[-1]
    )
    if last in ("people", "children", "freshmen"):
        return True
    return last.endswith("s") and not last.endswith(("ss", "us", "is", "news"))


def _verbs(text: str) -> tuple[Verb, ...]:
    found = []
    for line in text.strip().splitlines():
        base, third, gerund, result = (part.strip() for part in line.split(","))
        found.append(Verb(base, third, gerund, result))
    return tuple(found)


def _things(text: str) -> tuple[Thing, ...]:
    found = []
    for line in text.strip().splitlines():
        name, _, rest = (part.strip() for part in line.partition("|"))
        article = "" if name.startswith("~") else with_article(name)
        aspects = tuple(part.strip() for part in rest.split(",") if part.strip())
        found.append(Thing(name.lstrip("~"), article, aspects))
    return tuple(found)


READ_VERBS = _verbs("""
summarize, summarizes, summarizing, summary
shorten, shortens, shortening, short version
translate, translates, translating, translation
outline, outlines, outlining, outline
rewrite, rewrites, rewriting, new version
review, reviews, reviewing, review
simplify, simplifies, simplifying, simple version
paraphrase, paraphrases, paraphrasing, paraphrase
analyze, analyzes, analyzing, analysis
proofread, proofreads, proofreading, corrected text
condense, condenses, condensing, condensed text
classify, classifies, classifying, label
critique, critiques, critiquing, critique
annotate, annotates, annotating, notes
explain, explains, explaining, explanation
evaluate, evaluates, evaluating, evaluation
recap, recaps, recapping, recap
edit, edits, editing, edited text
check, checks, checking, list of problems
polish, polishes, polishing, polished text
improve, improves, improving, improved version
reformat, reformats, reformatting, formatted text
""")

WRITE_VERBS = _verbs("""
write, writes, writing, text
draft, drafts, drafting, draft
create, creates, creating, result
compose, composes, composing, text
generate, generates, generating, output
prepare, prepares, preparing, result
produce, produces, producing, output
make, makes, making, result
design, designs, designing, design
develop, develops, developing, result
""")

CODE_VERBS = _verbs("""
write, writes, writing, code
debug, debugs, debugging, fixed code
refactor, refactors, refactoring, refactored code
review, reviews, reviewing, review
optimize, optimizes, optimizing, optimized code
document, documents, documenting, documentation
test, tests, testing, tests
explain, explains, explaining, explanation
convert, converts, converting, converted code
fix, fixes, fixing, fixed code
simplify, simplifies, simplifying, simpler code
generate, generates, generating, code
comment, comments, commenting, commented code
build, builds, building, code
port, ports, porting, ported code
""")

LEARN_VERBS = _verbs("""
explain, explains, explaining, explanation
teach, teaches, teaching, lesson
describe, describes, describing, description
introduce, introduces, introducing, introduction
define, defines, defining, definition
illustrate, illustrates, illustrating, illustration
clarify, clarifies, clarifying, explanation
break down, breaks down, breaking down, breakdown
discuss, discusses, discussing, discussion
""")

LIST_VERBS = _verbs("""
suggest, suggests, suggesting, list
list, lists, listing, list
brainstorm, brainstorms, brainstorming, ideas
come up with, comes up with, coming up with, list
find, finds, finding, list
propose, proposes, proposing, proposals
give, gives, giving, list
recommend, recommends, recommending, recommendations
collect, collects, collecting, list
rank, ranks, ranking, ranking
""")

PLAN_VERBS = _verbs("""
plan, plans, planning, plan
organize, organizes, organizing, plan
prepare, prepares, preparing, plan
schedule, schedules, scheduling, schedule
budget, budgets, budgeting, budget
map out, maps out, mapping out, plan
set up, sets up, setting up, steps
""")

READ_THINGS = _things("""
meeting transcript | decisions, action items, owner of each task, open questions, deadlines
news article | source, main event, people involved, date, headline
research paper | method, main finding, sample size, limitations, authors
book chapter | main idea, characters, setting, turning point, key terms
customer review | complaint, product name, rating, tone, request
legal contract | parties, termination clause, payment terms, obligations, deadlines
lecture recording | learning goals, examples, definitions, speaker, main argument
video transcript | speaker, main points, timestamps, quotes, call to action
interview | most surprising answer, name of the guest, quotes, questions, background
podcast interview | host, guest, topic, best quote, key takeaway
email thread | sender, open questions, next step, deadline, decision
quarterly report | revenue, growth rate, risks, forecast, main driver
case study | problem, solution, results, client, lessons learned
short story | narrator, plot, ending, mood, main character
poem | rhyme scheme, imagery, mood, speaker, theme
blog article | main argument, headline, examples, conclusion, reader
press release | company name, announcement, quote, date, contact
speech | main message, audience, opening line, rhetorical devices, closing line
user manual | safety warnings, steps, parts, product name, troubleshooting section
scientific abstract | hypothesis, method, result, conclusion, field
job posting | required skills, salary, location, company, duties
privacy policy | data collected, third parties, user rights, retention period, contact
support ticket | error message, affected product, urgency, steps to reproduce, customer name
survey response | sentiment, suggestion, score, main reason, demographic
medical report | diagnosis, medication, dosage, follow-up date, symptoms
bug report | expected behavior, actual behavior, version, steps, severity
court ruling | parties, ruling, reasoning, precedent, date
textbook section | key terms, definitions, examples, formulas, summary points
movie review | title, director, rating, plot, opinion
diary entry | date, feelings, events, people, place
product manual | model number, steps, warnings, parts, warranty
documentary | narrator, main claim, evidence, location, people
webinar | speaker, main points, slides, questions, resources
debate transcript | arguments, strongest point, speakers, rebuttals, topic
chat log | participants, topics, decisions, unanswered questions, mood
financial statement | total assets, cash flow, net profit, debts, changes since last year
grant proposal | goal, budget, timeline, impact, applicant
essay | thesis, evidence, structure, transitions, conclusion
paragraph | main idea, tone, grammar, length, first sentence
newsletter | main story, links, date, reader, headline
lab report | hypothesis, measurements, errors, conclusion, equipment
travel review | hotel, location, price, complaints, highlights
letter | sender, recipient, request, date, tone
policy document | scope, responsibilities, exceptions, effective date, penalties
conversation | speakers, topic, conflict, outcome, mood
recipe | ingredients, cooking time, steps, servings, allergens
tutorial | goal, prerequisites, steps, common mistakes, result
resume | work experience, skills, education, gaps, job titles
dataset description | columns, missing values, source, size, units
social media thread | main claim, sources, replies, tone, author
history lesson | dates, causes, people, consequences, sources
project brief | goal, budget, stakeholders, deadline, scope
phone call | caller, reason for the call, outcome, promises, next step
song lyric | chorus, mood, metaphors, story, rhymes
earnings call | revenue, guidance, questions from analysts, risks, quotes
radio show | host, segments, guest, music, main topic
town hall meeting | questions, votes, speakers, decisions, complaints
patent | invention, claims, inventor, prior art, date
terms of service | user duties, fees, cancellation, liability, changes
voice memo | tasks, names, ideas, reminders, dates
slide deck | title, main message, charts, order, speaker notes
""")

WRITE_THINGS = _things("""
cover letter | company name, motivation, relevant skills, closing line, first sentence
product description | material, price, main benefit, target group, name of the product
blog post | headline, introduction, subheadings, conclusion, call to action
thank you note | name of the recipient, gift, reason, memory, greeting
wedding toast | couple, shared memory, wish, joke, closing line
complaint letter | order number, problem, desired solution, deadline, tone
birthday message | name, age, wish, shared memory, joke
sales email | subject line, offer, benefit, call to action, opening line
short story | main character, setting, conflict, ending, dialogue
haiku | season, image, syllable count, mood, last line
limerick | rhyme, punch line, name of the hero, place, rhythm
lesson plan | learning goal, materials, timing, homework, warm-up
press release | headline, quote, date, contact, company name
job description | tasks, required skills, salary range, location, benefits
social media post | hook, hashtag, call to action, image idea, tone
news headline | verb, subject, place, number of words, fact
video script | hook, scenes, speaker, call to action, length
speech | opening line, anecdote, main message, thanks, ending
bedtime story | hero, animal, moral, place, happy ending
dialogue | speakers, conflict, place, mood, last line
quiz | correct answers, difficulty, number of questions, topic, hints
flashcard set | terms, definitions, examples, order, topic
study guide | key terms, examples, practice questions, summary, sources
workout plan | exercises, sets, rest days, warm-up, equipment
meal plan | calories, ingredients, cooking time, shopping list, snacks
shopping list | quantities, sections of the store, prices, brands, order
packing list | weather, documents, clothes, medicine, weight
travel itinerary | dates, hotels, sights, restaurants, budget
recipe | ingredients, cooking time, servings, steps, allergens
apology email | mistake, responsibility, solution, name of the customer, promise
invitation | date, place, dress code, reply deadline, host
newsletter | main story, subject line, links, greeting, sign-off
landing page | headline, benefits, call to action, testimonials, price
slogan | brand name, benefit, rhythm, number of words, feeling
business plan | market, costs, revenue, competitors, team
project proposal | goal, budget, timeline, risks, team
status report | progress, blockers, next steps, dates, owners
book review | title, author, opinion, quote, rating
character description | name, age, appearance, secret, goal
song lyric | chorus, verses, rhyme, mood, hook
poem | rhyme, images, number of lines, mood, title
essay | thesis, arguments, counterargument, conclusion, sources
abstract | method, result, aim, conclusion, word count
survey | questions, scale, order, topic, introduction
checklist | steps, order, tools, time needed, responsible person
user story | role, goal, reason, acceptance criteria, priority
release note | version, new features, fixed bugs, date, links
tutorial | steps, prerequisites, examples, result, common mistakes
FAQ page | questions, answers, order, links, tone
meeting agenda | topics, times, owner of each topic, goal, place
resignation letter | last working day, thanks, reason, manager, tone
reference letter | name, strengths, example, relationship, recommendation
fundraising letter | cause, amount, story, deadline, thanks
eulogy | name, memories, family, values, farewell
pitch deck | problem, solution, market size, team, ask
tweet | hashtag, hook, number, link, joke
LinkedIn post | hook, lesson, question at the end, story, line breaks
reminder email | due date, amount, link, greeting, tone
fairy tale | hero, magic object, villain, moral, ending
riddle | answer, hints, rhyme, length, object
crossword clue | answer, number of letters, hint, difficulty, wordplay
scene | place, characters, action, mood, dialogue
monologue | speaker, secret, turning point, audience, last line
image caption | subject, mood, place, hashtag, length
training schedule | weeks, distances, rest days, goal, pace
homework sheet | tasks, space for answers, points, difficulty, example
radio ad | brand name, jingle, offer, length, voice
menu | dishes, prices, allergens, order, descriptions
safety notice | danger, rule, contact, place, symbol
school report | grades, strengths, effort, next goal, name
thesis statement | claim, reason, scope, evidence, wording
interview question | skill, difficulty, follow-up, role, expected answer
performance review | achievements, goals, feedback, examples, rating
""")

CODE_THINGS = _things("""
Python function | parameters, return value, edge cases, docstring, type hints
SQL query | joins, table names, filters, indexes, sort order
regular expression | groups, examples that match, anchors, edge cases, flags
unit test | assertions, edge cases, setup, test name, mocks
bash script | arguments, exit codes, comments, error messages, paths
JavaScript function | parameters, return value, errors, comments, variable names
React component | props, state, styling, events, accessibility
CSS layout | breakpoints, colors, spacing, class names, browser support
REST API endpoint | status codes, parameters, authentication, error messages, example request
Dockerfile | base image, layers, environment variables, ports, user
Makefile | targets, variables, dependencies, help text, paths
class | methods, constructor, attributes, docstring, interface
data pipeline | input, schedule, error handling, logging, output
pandas script | columns, missing values, file names, data types, output
spreadsheet formula | cell references, conditions, rounding, errors, example
sorting algorithm | time complexity, memory use, edge cases, comments, example
login form | validation, error messages, labels, password rules, accessibility
web scraper | URLs, rate limits, selectors, output file, errors
command line tool | arguments, help text, exit codes, examples, defaults
database schema | tables, keys, data types, indexes, relations
git commit message | changed files, reason, issue number, subject line, length
config file | defaults, comments, keys, environments, secrets
recursive function | base case, parameters, depth, example, comments
error message | cause, solution, code, wording, context
machine learning model | features, metrics, baseline, training data, parameters
data cleaning script | duplicates, missing values, outliers, column names, types
chart | axes, title, colors, units, legend
unit conversion function | units, rounding, errors, tests, names
HTML page | headings, links, images, meta tags, structure
TypeScript interface | fields, optional fields, types, comments, names
cron job | time, log file, command, user, time zone
linked list | nodes, insert method, delete method, complexity, tests
Java class | constructor, methods, visibility, tests, names
neural network | layers, loss function, learning rate, batch size, data
shell command | options, file names, output, warnings, example
code snippet | bugs, variable names, comments, complexity, style
pull request | changes, tests, risks, screenshots, reviewers
log file parser | timestamps, levels, patterns, output, errors
CSV file reader | delimiter, header, encoding, missing values, types
test plan | cases, priorities, data, tools, owners
""")

LEARN_THINGS = _things("""
~photosynthesis | light, chlorophyll, role of water, products, example
~compound interest | formula, time, example with numbers, rate, difference to simple interest
~recursion | base case, example, call stack, analogy, limits
~inflation | causes, prices, central bank, example, effects on savings
~the water cycle | evaporation, clouds, rain, sun, diagram
~supply and demand | price, curve, example, market, shortage
~natural selection | variation, survival, example, time, common mistake
~the French Revolution | causes, dates, main figures, consequences, estates
~gravity | mass, distance, formula, everyday example, Newton
~probability | formula, coin example, events, range, common mistake
~gradient descent | learning rate, loss, steps, picture, minimum
~overfitting | training data, test data, remedy, example, signs
~the immune system | cells, antibodies, vaccines, infection, analogy
~plate tectonics | plates, earthquakes, evidence, map, speed
~budgeting | income, expenses, savings, categories, first step
~passive voice | verb, example, active version, when to use it, agent
~machine learning | data, model, example, training, limits
~blockchain | blocks, trust, example, miners, drawbacks
~democracy | voting, rights, history, example, weaknesses
~Pythagoras' theorem | formula, triangle, example, proof, use
~climate change | causes, gases, effects, evidence, solutions
~DNA replication | enzymes, strands, errors, steps, place
~object-oriented programming | classes, objects, inheritance, example, benefits
~the stock market | shares, risk, prices, brokers, example
~chess openings | center, development, castling, example moves, mistakes
~sourdough baking | starter, flour, time, temperature, mistakes
~mindfulness | breathing, attention, practice, benefits, time of day
~black holes | event horizon, mass, light, discovery, myth
~the Roman Empire | emperors, dates, army, fall, legacy
~electric circuits | current, voltage, resistance, symbols, safety
~statistics | mean, sample, error, chart, example
~negotiation | interests, first offer, limits, example, listening
~time management | priorities, breaks, calendar, common trap, tools
~music theory | scales, chords, rhythm, notation, example song
~the human heart | chambers, valves, blood flow, rate, diseases
~version control | commits, branches, merging, history, example
~insurance | premium, risk, claim, deductible, example
~evolution | evidence, time, genes, example, common mistake
~perspective in painting | vanishing point, horizon, lines, example, exercise
~fractions | numerator, denominator, pizza example, common denominator, exercise
~irony | types, example, difference to sarcasm, effect, tone
~renewable energy | sun, wind, cost, storage, example
~the solar system | planets, order, sun, distances, moons
~tax brackets | rates, income, example, common mistake, deductions
~first aid | emergency number, steps, breathing, bleeding, safety
~binary search | sorted list, steps, complexity, example, mistakes
~the Cold War | countries, dates, causes, crises, end
~composting | materials, moisture, time, smell, mistakes
~the scientific method | hypothesis, experiment, data, conclusion, example
~encryption | keys, example, use, attacks, history
""")

LIST_THINGS = _things("""
~names for a bakery | length, sound, meaning, spelling, target group
~gift ideas | price, age of the person, reason, shop, occasion
~blog post titles | keyword, length, number, promise, reader
~interview questions | skill, level, follow-up, role, order
~icebreaker games | time, group size, materials, rules, goal
~essay topics | subject, level, question, sources, difficulty
~date ideas | cost, season, place, duration, weather
~slogans for a gym | benefit, rhythm, length, target group, verb
~books | author, reason, length, genre, year
~movies | year, genre, reason, director, mood
~healthy snacks | calories, price, preparation time, ingredients, storage
~vegetarian dinners | cooking time, protein, ingredients, season, price
~startup ideas | problem, market, cost, first step, risk
~science experiments | materials, safety, result, age, explanation
~discussion questions | theme, difficulty, order, evidence, opinion
~synonyms | tone, example, difference, frequency, register
~keywords | search volume, topic, competition, length, intent
~domain names | length, ending, sound, meaning, availability
~team building activities | group size, duration, cost, goal, place
~games for a rainy day | age, materials, rules, number of players, time
~home remedies | ingredients, warning, use, evidence, symptom
~podcast topics | audience, guest, question, length, season
~hashtags | reach, topic, order, length, language
~vocabulary words | meaning, example, level, part of speech, translation
~plants for a shady garden | height, water, flowers, season, soil
~weekend trips | distance, cost, highlight, transport, season
~questions for a survey | scale, topic, wording, order, answer options
~arguments | evidence, source, strength, counterargument, order
~mistakes of beginners | reason, remedy, example, order, consequence
~tools | price, purpose, alternative, license, difficulty
~exercises for the back | repetitions, duration, position, warning, equipment
~song titles | mood, length, rhyme, genre, image
~metaphors | image, feeling, meaning, length, originality
~risks | probability, impact, remedy, owner, order
~examples | context, difficulty, order, explanation, source
~jokes | topic, length, audience, punch line, tone
~habits | time, benefit, first step, obstacle, reward
~test cases | input, expected result, priority, steps, edge cases
~cost savings | amount, effort, risk, department, time
~learning resources | price, level, format, length, reason
""")

PLAN_THINGS = _things("""
birthday party | guests, budget, food, games, invitations
weekend trip | budget, hotel, route, weather, sights
study schedule | exam date, subjects, breaks, daily hours, review days
product launch | date, budget, channels, team, risks
vegetable garden | season, soil, watering, tools, crops
job search | applications, deadlines, contacts, portfolio, interviews
move to a new apartment | boxes, dates, helpers, contracts, costs
family dinner | menu, guests, shopping list, timing, allergies
marketing campaign | target group, budget, channels, goal, dates
school trip | permission slips, bus, budget, teachers, emergency contacts
home renovation | rooms, costs, order of work, permits, materials
conference | speakers, rooms, tickets, catering, schedule
half marathon | training weeks, shoes, nutrition, rest days, goal time
book club meeting | book, questions, snacks, date, host
camping weekend | tent, food, weather, fire rules, first aid kit
charity event | cause, volunteers, venue, donations, program
morning routine | wake-up time, exercise, breakfast, phone, duration
software migration | backup, downtime, owners, rollback, tests
language exchange | topics, level, time, corrections, goals
wedding reception | seating, music, menu, speeches, budget
road trip | route, fuel, stops, playlist, hotels
sprint | tickets, owners, capacity, goal, risks
workshop | participants, exercises, materials, breaks, goal
yard sale | date, prices, signs, tables, leftovers
photo shoot | location, light, clothes, time, shot list
retirement party | speech, gift, guests, slideshow, cake
podcast season | guests, topics, dates, sponsors, format
science fair project | question, materials, display board, measurements, deadline
office relocation | furniture, network, dates, staff, costs
kids' summer camp | activities, staff, meals, rain plan, parents
""")

ROLES: dict[str, tuple[str, ...]] = {
    "read": (
        "editor", "journalist", "research assistant", "copy editor", "librarian", "translator",
        "paralegal", "teaching assistant", "analyst", "note taker", "critic", "secretary",
    ),
    "write": (
        "copywriter", "novelist", "ghostwriter", "marketing specialist", "poet", "screenwriter",
        "communications manager", "content writer", "storyteller", "columnist", "teacher",
    ),
    "code": (
        "senior developer", "software engineer", "code reviewer", "data engineer", "tech lead",
        "programming tutor", "DevOps engineer", "database administrator", "security engineer",
    ),
    "learn": (
        "patient teacher", "tutor", "professor", "science communicator", "high school teacher",
        "lecturer", "private tutor", "friendly expert", "museum guide",
    ),
    "list": (
        "creative consultant", "brainstorming partner", "expert", "coach", "trend scout",
        "advisor", "researcher", "workshop facilitator",
    ),
    "open": (
        "helpful expert", "teacher", "consultant", "assistant", "specialist", "tutor", "writer",
        "researcher", "professor", "technician", "analyst", "instructor", "mentor",
    ),
    "plan": (
        "project manager", "event planner", "personal assistant", "coach", "organizer",
        "travel agent", "consultant", "logistics expert",
    ),
}  # fmt: skip

AUDIENCES = (
    "a beginner", "a ten-year-old", "busy managers", "high school students", "my grandmother",
    "new employees", "experts in the field", "parents", "a general reader", "college freshmen",
    "people in a hurry", "non-native speakers", "the sales team", "children", "retired people",
    "small business owners", "first-time users", "a curious friend", "teachers", "patients",
    "customers", "investors", "someone with no background", "fifth graders", "volunteers",
    "my boss", "senior engineers", "hobby gardeners", "tourists", "night shift nurses",
    "people who hate reading", "a skeptical reader", "my team", "job seekers", "new parents",
)  # fmt: skip

TONES = (
    "friendly", "formal", "neutral", "warm", "playful", "serious", "confident", "calm",
    "enthusiastic", "professional", "casual", "humorous", "polite", "direct", "respectful",
    "encouraging", "matter-of-fact", "dry", "optimistic", "gentle", "objective", "lively",
    "conversational", "academic", "simple", "inspiring", "honest", "sober", "crisp",
)  # fmt: skip

AVOIDED = (
    "jargon", "bullet points", "cliches", "passive voice", "adverbs", "exclamation marks",
    "emojis", "long sentences", "technical terms", "foreign words", "abbreviations", "quotes",
    "numbers", "brand names", "opinions", "filler words", "repetition", "slang", "questions",
    "rhymes", "first person", "personal names", "introductions", "greetings", "headings",
    "buzzwords", "metaphors", "links", "footnotes", "superlatives", "dates", "hashtags",
    "unproven claims", "assumptions", "apologies", "parentheses", "difficult words",
)  # fmt: skip

FORMATS = (
    "bulleted list", "numbered list", "table", "short paragraph", "single paragraph", "letter",
    "checklist", "JSON object", "markdown table", "list of steps", "dialogue", "timeline",
    "plain text", "two-column table", "set of questions and answers", "one-page document",
    "list with short headings", "CSV file", "mind map in text form", "script", "memo",
)  # fmt: skip

LANGUAGES = (
    "Spanish", "French", "German", "Italian", "Portuguese", "Dutch", "Japanese", "Turkish",
    "Polish", "Swedish", "Arabic", "Hindi", "plain English", "British English", "Korean",
)  # fmt: skip

QUALIFIERS = (
    "short", "long", "funny", "simple", "detailed", "formal", "modern", "creative", "clear",
    "weekly", "monthly", "annual", "first", "final", "personal", "persuasive", "brief",
    "technical", "popular", "recent", "old", "messy", "local", "online", "internal", "public",
)  # fmt: skip

MODIFIERS = (
    "for {audience}", "in {language}", "with examples", "with a clear structure",
    "for a school project", "for my website", "for our team", "for beginners",
    "without losing meaning", "step by step", "in plain language", "for a small company",
    "on a tight budget", "for the whole family", "from start to finish", "in a few minutes",
)  # fmt: skip
